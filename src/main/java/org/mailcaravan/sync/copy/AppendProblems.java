package org.mailcaravan.sync.copy;

import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Where;

/** The problems of a destination that refuses messages. */
final class AppendProblems {
  private AppendProblems() {}

  static Problem takesNothing(Where place, ServerRefusal refusal) {
    return new Problem(
        ProblemCode.FOLDER_REFUSED,
        place,
        "the new server takes no message into the folder: " + refusal,
        Owner.US,
        "See what the new server means, and whether it takes mail for this folder; then run the request again.");
  }

  static Problem folderRefused(Where place, ServerRefusal refusal) {
    return new Problem(
        refusal.codeName().equals("TRYCREATE")
            ? ProblemCode.FOLDER_GONE
            : ProblemCode.FOLDER_REFUSED,
        place,
        "the new server takes no message into the folder, or has it no more: " + refusal,
        Owner.US,
        "See who deletes folders there or takes rights away while mail is being moved, then run the request"
            + " again.");
  }

  static Problem cannotAnswer(Where place, ServerRefusal refusal) {
    return new Problem(
        ProblemCode.SERVER_DOWN,
        place,
        "the new server cannot answer now: " + refusal,
        Owner.US,
        "Run the request again later; what has arrived will not be copied twice.");
  }

  /**
   * The server fails at messages, and none of them is proved to be the cause.
   *
   * @param stores whether it stores others
   * @param said what it said last
   */
  static Problem fails(Where place, boolean stores, String said) {
    return new Problem(
        ProblemCode.SERVER_DOWN,
        place,
        (stores
                ? "the new server ends the connection at messages, whichever they are"
                : "the new server fails at each message that it is given")
            + said,
        Owner.US,
        "See what is wrong with the new server, then run the request again; what has arrived will not be copied"
            + " twice.");
  }

  /** The mailbox is full: one problem, however many messages do not fit. */
  static Problem full(String destinationAddress, ServerRefusal first) {
    return new Problem(
        ProblemCode.QUOTA_FULL,
        Where.ofMailbox("mailbox", destinationAddress),
        "the mailbox at the new server is full: " + first,
        Owner.US,
        "Raise its quota, or see whether the server's disk is full, then run the request again; what has arrived"
            + " will not be copied twice.");
  }

  static Problem setAside(
      ProblemCode code, Where place, long uid, SetAside.Kept kept, String reason) {
    return new Problem(
        code,
        Where.message(uid, place),
        // A message that could not be set aside is a problem of its own.
        kept.isWhole() ? reason : reason + "; only this reason is kept",
        Owner.US,
        kept.words() + " fix the cause and run the request again.");
  }
}
