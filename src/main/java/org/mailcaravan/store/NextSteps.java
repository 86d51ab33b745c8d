package org.mailcaravan.store;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationStage;
import org.mailcaravan.model.status.DomainStatus;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.MigrationStatus;
import org.mailcaravan.model.status.ProblemStatus;

/** What happens next, or what a person is to do, in words. */
final class NextSteps {
  private static final int MOST = 5;

  private static final Set<String> OVER =
      Set.of(MailboxState.COPIED.id(), MailboxState.CANCELLED.id());

  private NextSteps() {}

  static String of(MailboxStatus mailbox, MailboxMaker maker) {
    if (mailbox.node() != null) {
      return mailbox.control() == null
          ? "It runs on " + mailbox.node() + ". Nothing is to be done."
          : "It runs on " + mailbox.node() + " and stops at its next batch.";
    }
    if (mailbox.waitsFor() != null) {
      return waiting(mailbox.waitsFor(), mailbox, maker);
    }
    if (mailbox.needsAttention()) {
      return mailbox.problems().isEmpty()
          ? "Its report says what is to be done. Then retry it."
          : steps(mailbox.problems()) + " Then retry it.";
    }
    if (!OVER.contains(mailbox.state())) {
      return "Its migration is closed or cancelled, and not all of it has arrived. A new request for it copies what is missing.";
    }
    String paused = mailbox.paused() ? " It is paused: no pass runs until it is resumed." : "";
    return (mailbox.state().equals("cancelled")
            ? "It is cancelled. A retry starts it again."
            : "Everything has arrived. Nothing is to be done.")
        + paused;
  }

  private static String waiting(String waitsFor, MailboxStatus mailbox, MailboxMaker maker) {
    String because = mailbox.reason() == null ? "" : " (" + mailbox.reason() + ")";
    return switch (waitsFor) {
      case "resume" -> "It waits until a person resumes it" + because + ".";
      case "mailbox" ->
          owner(maker)
              + maker.nextStep(mailbox.destination())
              + (maker.isApi()
                  ? ""
                  : " Us: if it is there, check destination_password or the destination.auth properties.")
              + " It is tried again at "
              + mailbox.dueAt()
              + ", or at once after a retry.";
      case "password" ->
          "The customer: send the password of "
              + mailbox.source()
              + ". \"mailcaravan password "
              + mailbox.source()
              + "\" or a request with it takes it. It goes on by itself then, and ends without one at "
              + mailbox.dueAt()
              + ".";
      case "preflight" ->
          "It begins by itself when both sides were looked at, at "
              + mailbox.dueAt()
              + " at the latest.";
      case "node" -> "Start the node that it needs" + because + ".";
      case "host", "destination" -> "It begins by itself as soon as it may" + because + ".";
      case "retry", "server" -> "It is tried again by itself at " + mailbox.dueAt() + because + ".";
      default -> "It begins by itself when it is its turn" + because + ".";
    };
  }

  /**
   * @param domains of the migration, with what DNS cannot tell of
   * @param withoutPassword how many mailboxes need their password again
   */
  static String of(
      MigrationStatus migration,
      List<ProblemStatus> problems,
      List<DomainStatus> domains,
      MailboxMaker maker,
      long withoutPassword) {
    if (migration.removedAt() != null) {
      return "What was known of its mailboxes is removed. Nothing is to be done.";
    }
    return switch (MigrationStage.byId(migration.stage()).orElseThrow()) {
      case WAITING_FOR_PASSWORD ->
          "The customers: send the passwords that are missing. They go on by themselves then; status names the mailboxes.";
      case WAITING_FOR_MAILBOX ->
          owner(maker)
              + "create the mailboxes that are missing at the new server; status names them. They are looked for again by themselves.";
      case WAITING_FOR_CUTOVER -> cutover(migration, domains) + restOf(migration, problems);
      case FINAL_PASSES ->
          (withoutPassword > 0
                  ? passwords(withoutPassword)
                  : "Final passes run by themselves, and it closes when they bring nothing more.")
              + restOf(migration, problems);
      case COMPLETE -> "Its last report is written, and then its passwords are purged.";
      case CLOSED ->
          migration.closedAt() == null
              ? "Its passwords are purged as soon as nothing of it runs and its report is written."
              : "Its passwords are purged. A new request opens its mailboxes again.";
      case NEEDS_ATTENTION ->
          withoutPassword > 0
              ? passwords(withoutPassword) + restOf(migration, problems)
              : attention(migration, problems);
      case CANCELLED ->
          migration.closedAt() == null
              ? "It is cancelled. A retry starts it again."
              : "It is cancelled, and its passwords are purged. A new request opens its mailboxes again.";
      case WAITING, WAITING_FOR_START, WAITING_FOR_WINDOW, COPYING -> byState(migration, problems);
    };
  }

  private static String passwords(long mailboxes) {
    return "The customers: send the passwords of "
        + (mailboxes == 1 ? "1 mailbox" : mailboxes + " mailboxes")
        + " at the old provider again. \"mailcaravan password ADDRESS\" or a request with it takes each;"
        + " final passes go on by themselves then.";
  }

  private static String attention(MigrationStatus migration, List<ProblemStatus> problems) {
    return problems.isEmpty() && migration.state().equals("ended")
        ? "The old server still gets mail weeks after the cutover. Find out what sends it there, such as a"
            + " forwarding, or close it: what comes there later is not moved."
        : byState(migration, problems);
  }

  private static String cutover(MigrationStatus migration, List<DomainStatus> domains) {
    List<DomainStatus> open =
        domains.stream().filter(domain -> domain.cutOver() < domain.mailboxes()).toList();
    boolean seen = open.stream().anyMatch(domain -> domain.verdict() != null);
    String bySeeing =
        "The customer: change the MX records. Final passes begin by themselves when all mail comes to us.";
    if (seen && open.stream().allMatch(domain -> domain.verdict() != null)) {
      return bySeeing;
    }
    return seen
        ? bySeeing
            + " Of other addresses nobody sees that: say \"mailcaravan cutover ADDRESS\" when their mail comes to us."
        : "Say \"mailcaravan cutover "
            + migration.id()
            + "\" when all its mail comes to us, which nobody sees here. Final passes begin then.";
  }

  /** What is not whole does not stop a migration, but a person should see to it. */
  private static String restOf(MigrationStatus migration, List<ProblemStatus> problems) {
    return migration.needAttention() > 0 && !problems.isEmpty()
        ? " " + steps(problems) + " Then retry it."
        : "";
  }

  private static String byState(MigrationStatus migration, List<ProblemStatus> problems) {
    return switch (migration.state()) {
      case "running" -> "It runs. Nothing is to be done.";
      case "waiting" ->
          "It begins by itself when it is its turn; status names what its mailboxes wait for.";
      case "paused" -> "It waits until a person resumes it.";
      case "cancelled" -> "It is cancelled. A retry starts it again.";
      case "attention" ->
          (problems.isEmpty() ? "" : steps(problems) + " Then retry it. ")
              + (migration.rejectedRows() > 0
                  ? "Fix the rejected rows and submit them as a new request."
                  : "");
      default -> "Everything has arrived. Nothing is to be done.";
    };
  }

  /** Each step once, with who is to do it. */
  private static String steps(List<ProblemStatus> problems) {
    Set<String> steps = new LinkedHashSet<>();
    for (ProblemStatus problem : problems) {
      if (steps.size() < MOST) {
        steps.add(who(problem.owner()) + ": " + problem.nextStep());
      }
    }
    return String.join(" ", steps);
  }

  private static String owner(MailboxMaker maker) {
    return who(ProblemView.codeId(maker.owner().name())) + ": ";
  }

  private static String who(String owner) {
    return switch (owner) {
      case "customer" -> "The customer";
      case "old-host" -> "The old provider";
      default -> "Us";
    };
  }
}
