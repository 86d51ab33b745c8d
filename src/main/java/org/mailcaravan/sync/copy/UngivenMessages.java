package org.mailcaravan.sync.copy;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.session.Suspects;

/**
 * The messages of a batch that the source does not give: put off to the end of their folder, gone
 * from it, or given up and reported.
 */
final class UngivenMessages {
  private final FolderCopy copy;
  private final FolderName folder;
  private final ReceivedMessages received;
  private final ReadingTrial trial;
  private final Map<Long, FetchFault> faults = new HashMap<>();

  /**
   * @param last whether earlier batches, or passes, have put the messages off
   */
  UngivenMessages(FolderCopy copy, ReceivedMessages received, ReadingTrial trial, boolean last) {
    this.copy = copy;
    this.folder = copy.plan().name();
    this.received = received;
    this.trial = trial;
    if (last) {
      copy.ledger().openMessages().forEach((uid, open) -> faults.put(uid, FetchFault.before(open)));
    }
  }

  /** What happened when these were asked for. */
  void failed(Collection<Long> uids, FetchFault fault) {
    uids.forEach(uid -> faults.put(uid, fault));
  }

  /** Whether the connection was lost when a message was asked for last. */
  boolean wasLost(long uid) {
    FetchFault fault = faults.get(uid);
    return fault != null && !fault.answered();
  }

  /** Leaves a message to the end of its folder. */
  void putOff(long uid) {
    copy.work().putOff().add(uid);
    received.done(List.of(uid));
  }

  boolean isPutOff(long uid) {
    return copy.work().putOff().contains(uid) || suspects().hasFailedAlone(folder, uid);
  }

  /** Notes which messages are not in the folder any more. */
  void vanished(List<Long> asked, Set<Long> existing) {
    List<Long> gone = asked.stream().filter(uid -> !existing.contains(uid)).toList();
    if (!gone.isEmpty()) {
      copy.session()
          .tally()
          .note("Some messages of " + copy.place() + " were deleted there while it was copied.");
      close(gone);
    }
  }

  /** Reports a message that the source cannot give. */
  void giveUp(ImapConnection connection, long uid) {
    if (copy.work().again().containsKey(uid)) {
      // It is there as it came before.
      close(List.of(uid));
      return;
    }
    if (!suspects().isKnown(folder, uid)) {
      trial.requireProof(connection, this::isPutOff);
    }
    FetchFault fault = faults.getOrDefault(uid, FetchFault.LOST);
    if (fault.answered() && !ReadingTrial.existing(connection, List.of(uid)).contains(uid)) {
      vanished(List.of(uid), Set.of());
      return;
    }
    giveUp(uid, fault);
  }

  void giveUp(long uid, FetchFault fault) {
    if (copy.work().again().containsKey(uid)) {
      // It is there as it came before.
      close(List.of(uid));
      return;
    }
    Problem problem = unreadable(copy.place(), uid, fault);
    copy.ledger().recordOpen(uid, fault.open());
    copy.session().tally().problem(problem);
    copy.session().tally().gotFurther(1);
    close(List.of(uid));
  }

  /** Nothing more is to be done about these. */
  void close(List<Long> closed) {
    received.done(closed);
    suspects().remove(folder, closed);
    copy.work().putOff().removeAll(closed);
    copy.work().open().removeAll(closed);
  }

  private static Problem unreadable(Where place, long uid, FetchFault fault) {
    return new Problem(
        ProblemCode.MESSAGE_UNREADABLE,
        Where.message(uid, place),
        fault.words(),
        Owner.OLD_HOST,
        "Have the customer look at the message in the old webmail and move it by hand, or run the request again"
            + " later.");
  }

  private Suspects suspects() {
    return copy.session().suspects(Side.SOURCE);
  }
}
