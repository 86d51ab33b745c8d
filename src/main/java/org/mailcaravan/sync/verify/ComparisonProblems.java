package org.mailcaravan.sync.verify;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.FolderCertificate.Finding;
import org.mailcaravan.model.FolderCertificate.Reason;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.copy.FirstTimes;
import org.mailcaravan.sync.copy.HeldBack;
import org.mailcaravan.sync.copy.Room;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Tells what a comparison shows as problems: whatever keeps a certificate from being complete is
 * one, so that no exit code and no result says otherwise than the certificate. A pass has told
 * already why it could not copy a message; a comparison alone tells it itself.
 */
final class ComparisonProblems {
  private static final String LOOK_INTO =
      "Look into the certificate of the mailbox, which lists the messages; then run the request again.";

  private static final String NUMBERS_ANEW =
      "Run the request again once. If it says the same, the server gives new numbers at each look, and another run does"
          + " not help: ask the old provider to fix that, or move the mail from another client or an export.";

  private final MailboxSession session;
  private final boolean alone;

  /**
   * @param alone whether nothing but the comparison is done, as by {@code verify}
   */
  ComparisonProblems(MailboxSession session, boolean alone) {
    this.session = session;
    this.alone = alone;
  }

  /** Why a pass has not looked at a folder. */
  String whyNotLookedAt(FolderPlan folder) {
    return Objects.requireNonNullElse(
        session.tally().cause(folder.place()), "no step of this pass has looked at this folder");
  }

  /** Tells what the comparison of a folder shows. */
  void tell(FolderComparison comparison, FolderCertificate account) {
    FolderPlan folder = comparison.plan();
    if (alone) {
      tellObstacle(folder, account, comparison);
      if (!KnownFolders.of(session).ledgers().isEmpty()) {
        tellMessages(folder, account, comparison);
      }
      return;
    }
    if (account.obstacle() == null) {
      tellNotStored(folder, comparison.missing().notStored().count(), comparison);
    }
    if (!session.tally().tells(folder.place())) {
      tellObstacle(folder, account, comparison);
      if (FirstTimes.of(session).isPulled(folder)
          && !Room.of(session).isShort()
          && !comparison.isNumberedAnew()) {
        tellNotCopied(folder, comparison.accounting().unexplained());
      }
    }
  }

  private void tellNotStored(FolderPlan folder, long count, FolderComparison comparison) {
    if (count > 0) {
      tell(
          ProblemCode.MESSAGE_NOT_STORED,
          folder.place(),
          "the new server said that it had stored these messages, and they are in no folder there: "
              + count
              + " (UID "
              + comparison.missing().notStored().commands().get(0)
              + " at the old provider)",
          Owner.US,
          LOOK_INTO);
    }
  }

  private void tellObstacle(
      FolderPlan folder, FolderCertificate account, FolderComparison comparison) {
    String obstacle = account.obstacle();
    if (obstacle != null) {
      tell(
          ProblemCode.NOT_COMPARED,
          folder.place(),
          obstacle,
          comparison.missing().isHidden() ? Owner.US : Owner.OLD_HOST,
          comparison.isNumberedAnew() ? NUMBERS_ANEW : LOOK_INTO);
    }
  }

  private void tellNotCopied(FolderPlan folder, long count) {
    if (count > 0) {
      tell(
          ProblemCode.MESSAGE_MISSING,
          folder.place(),
          count + (count == 1 ? " message is" : " messages are") + " not at the new server",
          Owner.US,
          LOOK_INTO);
    }
  }

  private void tellMessages(
      FolderPlan folder, FolderCertificate account, FolderComparison comparison) {
    FolderAccounting accounting = comparison.accounting();
    Where place = folder.place();
    FolderCertificate.Messages messages = account.messages();
    if (messages.setAside() > 0) {
      tell(
          ProblemCode.MESSAGE_REFUSED,
          place,
          "messages that the new server refused and that are kept as files: "
              + messages.setAside()
              + example(account, Reason.SET_ASIDE),
          Owner.US,
          "Fix the cause and run the request again, or import the files by hand.");
    }
    if (accounting.neverStored() > 0) {
      tell(
          ProblemCode.MESSAGE_NOT_STORED,
          place,
          "messages that the new server said it had stored, and that are in no folder there: "
              + accounting.neverStored(),
          Owner.US,
          "Run the request again, which copies them, and see why the new server did not keep them.");
    }
    long unreadable = messages.failed() - accounting.neverStored();
    if (unreadable > 0) {
      tellUnreadable(place, unreadable, account);
    }
    if (!accounting.held().isEmpty()) {
      tell(
          ProblemCode.PARTIAL_VIEW,
          place,
          "the new server does not show all that it holds already; not copied, since they may be there: %d (such as UID %d at the old provider)"
              .formatted(accounting.held().count(), accounting.held().next(1)),
          Owner.US,
          HeldBack.NEXT_STEP);
    }
    if (accounting.cameAfter() > 0) {
      tell(
          ProblemCode.MESSAGE_MISSING,
          place,
          "messages that came after the last pass had looked at this folder: "
              + accounting.cameAfter(),
          Owner.US,
          "Run the request again, which copies them.");
    }
    if (!comparison.isNumberedAnew()) {
      tellNotCopied(folder, accounting.unexplained());
    }
    if (account.copies().gone() > 0 && !comparison.missing().isHidden()) {
      tell(
          ProblemCode.MESSAGE_GONE,
          place,
          "messages that were delivered and are in no folder of the new server any more: "
              + account.copies().gone()
              + example(account, Reason.GONE),
          Owner.US,
          "Ask the customer whether they were deleted on purpose: then nothing is missing. If not, restore them from"
              + " a backup of the new server; another run of the request does not bring them back.");
    }
  }

  /** As the pass told it that asked for them. */
  private void tellUnreadable(Where place, long count, FolderCertificate account) {
    List<FolderCertificate.Listed> listed =
        account.listed().stream()
            .filter(message -> message.reason() == Reason.FAILED)
            .filter(message -> message.finding() != Finding.NOT_STORED)
            .toList();
    String nextStep =
        "Have the customer look at the message in the old webmail and move it by hand, or run the request again later.";
    if (listed.size() == count) {
      listed.forEach(
          message ->
              tell(
                  ProblemCode.MESSAGE_UNREADABLE,
                  Where.message(message.uid(), place),
                  message.detail(),
                  Owner.OLD_HOST,
                  nextStep));
    } else {
      tell(
          ProblemCode.MESSAGE_UNREADABLE,
          place,
          "messages that the old provider did not give: "
              + count
              + listed.stream().findFirst().map(ComparisonProblems::example).orElse(""),
          Owner.OLD_HOST,
          nextStep);
    }
  }

  private static String example(FolderCertificate account, Reason reason) {
    return account.listed().stream()
        .filter(listed -> listed.reason() == reason)
        .findFirst()
        .map(ComparisonProblems::example)
        .orElse("");
  }

  private static String example(FolderCertificate.Listed listed) {
    return "; such as UID " + listed.uid() + ": " + listed.detail();
  }

  /** Altered copies stay so until somebody fixes them, whether something else happens or not. */
  void tellAltered(FolderPlan folder, FolderCertificate account) {
    List<FolderCertificate.Listed> givenOtherwise =
        account.listed().stream()
            .filter(listed -> listed.reason() == Reason.ALTERED)
            .filter(listed -> listed.finding() == Finding.GIVEN_OTHERWISE)
            .toList();
    if (!givenOtherwise.isEmpty()) {
      tell(
          ProblemCode.MESSAGE_ALTERED,
          folder.place(),
          "copies that are as the old provider gave them once, and not as it gives the messages when asked again: %d; such as UID %d"
              .formatted(givenOtherwise.size(), givenOtherwise.get(0).uid()),
          Owner.OLD_HOST,
          "Have the customer compare the messages that the certificate lists with those in the old webmail, and move by"
              + " hand what is wrong; ask the old provider why it gives a message otherwise each time. Another run of"
              + " the request changes nothing here.");
    }
    long notGiven = 0;
    for (Side side : Side.values()) {
      List<FolderCertificate.Listed> unread =
          account.listed().stream()
              .filter(listed -> listed.reason() == Reason.ALTERED)
              .filter(listed -> listed.finding() == Difference.findingOf(side))
              .toList();
      notGiven += unread.size();
      if (!unread.isEmpty()) {
        tellNotGiven(folder, side, unread);
      }
    }
    long ours = account.copies().altered() - givenOtherwise.size() - notGiven;
    if (ours > 0) {
      tell(
          ProblemCode.MESSAGE_ALTERED,
          folder.place(),
          "copies at the new server that differ from their messages at the old provider: "
              + ours
              + account.listed().stream()
                  .filter(listed -> listed.reason() == Reason.ALTERED)
                  .filter(listed -> listed.finding() != Finding.GIVEN_OTHERWISE)
                  .filter(listed -> listed.finding() != Difference.findingOf(Side.SOURCE))
                  .filter(listed -> listed.finding() != Difference.findingOf(Side.DESTINATION))
                  .findFirst()
                  .map(ComparisonProblems::example)
                  .orElse(""),
          Owner.US,
          "Compare the messages that the certificate lists on both sides, and restore what was altered; then run"
              + " verify --deep. Another run of the request changes nothing here.");
    }
  }

  private void tellNotGiven(FolderPlan folder, Side side, List<FolderCertificate.Listed> unread) {
    tell(
        ProblemCode.NOT_COMPARED,
        folder.place(),
        "%s does not give the content of messages that are to be compared: %d; such as UID %d at the old provider"
            .formatted(side.words(), unread.size(), unread.get(0).uid()),
        side == Side.SOURCE ? Owner.OLD_HOST : Owner.US,
        side == Side.SOURCE
            ? "Run verify again later. If it says the same, have the customer look at the messages in the old webmail."
            : "See why the new server does not give these messages (its log, the index of the folder), and repair that;"
                + " then run verify again.");
  }

  /** What is there more than once stays so until somebody deletes it. */
  void tellDoubled(FolderPlan folder, FolderCertificate account) {
    long copies = account.surplus().copies();
    if (copies > 0) {
      tell(
          ProblemCode.MESSAGE_DOUBLED,
          folder.place(),
          "the new server has messages more than once, since it stored them twice or showed them late; copies too many: "
              + copies,
          Owner.US,
          "See what stores mail twice at the new server (a journal, a replica, a rule that copies) and switch it off;"
              + " then delete the second copies there. This program does not delete them.");
    }
  }

  /** What was sent again and came to light later is there twice until somebody deletes one. */
  void tellSecondCopies(FolderPlan folder, FolderCertificate account) {
    String copies = account.surplus().sentAgain();
    if (!copies.isEmpty()) {
      tell(
          ProblemCode.MESSAGE_DOUBLED,
          folder.place(),
          "the new server said that it had stored messages and did not show them, so they were sent again, and now it has"
              + " both; second copies: "
              + copies,
          Owner.US,
          "Look whether the user has copied them; if not, delete the second copies at the new server. This program does not"
              + " delete them. See why the new server showed them late (a lazy index, a replica that lags behind).");
    }
  }

  /** A message that came short stays so until more of it comes. */
  void tellCut(FolderPlan folder, FolderCertificate account) {
    long count = account.copies().cut();
    List<FolderCertificate.Listed> cut =
        account.listed().stream().filter(message -> message.reason() == Reason.CUT).toList();
    Where place = folder.place();
    if (cut.size() == count) {
      cut.forEach(message -> tellCut(Where.message(message.uid(), place), message.detail()));
    } else {
      tellCut(
          place,
          "the old provider gives other octets of messages than it announces: "
              + count
              + example(account, Reason.CUT));
    }
  }

  private void tellCut(Where place, String cause) {
    tell(
        ProblemCode.MESSAGE_CUT,
        place,
        cause,
        Owner.OLD_HOST,
        "It was copied as it came. Have the customer compare it with the message in the old webmail, and move it by"
            + " hand if something is missing; later passes ask for it again.");
  }

  /** So do flags that the new server has lost or added by itself. */
  void tellWrongFlags(FolderPlan folder, FolderCertificate account) {
    if (account.flags().wrong() > 0) {
      tell(
          ProblemCode.FLAGS_NOT_KEPT,
          folder.place(),
          "copies do not have the flags that they were written with: %d; the new server %s"
              .formatted(account.flags().wrong(), changes(account.flags())),
          Owner.US,
          "See what sets or removes these flags at the new server (a filter, a plugin, its settings), and set"
              + " them right there; the certificate has the numbers.");
    }
  }

  private static String changes(FolderCertificate.Flags flags) {
    return flags.changed().stream()
        .filter(changed -> changed.flag().startsWith("\\"))
        .map(
            changed ->
                (changed.added() == 0 ? "removed " : changed.dropped() == 0 ? "added " : "changed ")
                    + changed.flag())
        .collect(Collectors.joining(", "));
  }

  /**
   * A mailbox is whole by its certificate and by its problems, or by neither.
   *
   * @param notListed those of its obstacles that a list of the source is short
   */
  void requireReason(Certificate certificate, List<String> notListed) {
    if (!alone && !session.tally().problems().isEmpty()) {
      return;
    }
    if (KnownFolders.of(session).ledgers().isEmpty() && alone) {
      tell(
          ProblemCode.NOT_COMPARED,
          Where.MAILBOX,
          "no pass of this mailbox is known in this data folder",
          Owner.US,
          "Run verify with the data folder of the migration (--data), or migrate the mailbox first.");
      return;
    }
    for (String obstacle : certificate.obstacles()) {
      if (notListed.contains(obstacle)) {
        tell(
            ProblemCode.NOT_COMPARED,
            Where.MAILBOX,
            obstacle,
            Owner.OLD_HOST,
            "Ask the customer whether the folders were deleted or renamed on purpose: then the next pass finds what"
                + " became of them. If not, ask the old provider why IMAP does not list them any more; what was"
                + " copied stays at the new server.");
      } else {
        tell(ProblemCode.NOT_COMPARED, Where.MAILBOX, obstacle, Owner.US, "Run the request again.");
      }
    }
    if (certificate.verdict() == Verdict.INCOMPLETE && session.tally().problems().isEmpty()) {
      tell(
          ProblemCode.NOT_COMPARED,
          Where.words("the certificate"),
          "it does not say that all messages were delivered",
          Owner.US,
          LOOK_INTO);
    }
  }

  private void tell(ProblemCode code, Where place, String cause, Owner owner, String nextStep) {
    session.tally().problem(new Problem(code, place, cause, owner, nextStep));
  }
}
