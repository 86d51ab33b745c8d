package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.mailcaravan.model.Event;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;

/** Ends passes that no program goes on with. Thread-safe. */
final class AbandonedPasses {
  private final Database database;
  private final Events events;
  private final Endings endings;

  AbandonedPasses(Database database, Events events) {
    this.database = database;
    this.events = events;
    this.endings = new Endings(database, events);
  }

  /**
   * A pass that waits or runs, with its row locked.
   *
   * @param copied what it had copied before it was given back, in messages and octets
   */
  record Open(long id, String mailbox, String migration, long copied, long bytes) {}

  /** Ends them, all with the same problem; and their migrations, where these were the last ones. */
  void end(List<Open> open, Problem problem, String actor) {
    end(open, pass -> outcome(pass, problem), problem.toString(), actor);
    open.forEach(pass -> StoredResult.insertProblems(database, pass.id, List.of(problem)));
    DueFinalPasses.failed(database, open.stream().map(Open::id).toList());
  }

  /** Ends those that a person has ended; and their migrations, where these were the last ones. */
  void cancel(List<Open> open, String actor) {
    end(
        open,
        pass -> EndedByPerson.outcome(database, pass.mailbox, pass.id, pass.copied),
        "it was cancelled",
        actor);
  }

  private void end(
      List<Open> open, Function<Open, MailboxState> outcome, String reason, String actor) {
    List<Object[]> passes = new ArrayList<>();
    List<Object[]> mailboxes = new ArrayList<>();
    List<Event> told = new ArrayList<>();
    for (Open pass : open) {
      MailboxState state = outcome.apply(pass);
      passes.add(
          new Object[] {state.name(), StoredResult.interrupted(pass.copied, pass.bytes), pass.id});
      mailboxes.add(new Object[] {state.name(), pass.mailbox});
      told.add(
          new Event(
              "pass", actor, pass.migration, pass.mailbox, pass.id, null, state.name(), reason));
    }
    database.batch(
        "update pass set state = 'ENDED', outcome = ?, result = ?, ended_at = current_timestamp,"
            + " waits_for = null, reason = null, fence = fence + 1, "
            + Claims.LET_GO
            + " where id = ?",
        passes);
    database.batch("update mailbox set state = ? where id = ?", mailboxes);
    events.addAll(told);
    open.stream()
        .map(Open::migration)
        .distinct()
        .forEach(migration -> endings.ofMigration(migration, actor));
  }

  private static MailboxState outcome(Open pass, Problem problem) {
    if (problem.code() == ProblemCode.FAULT) {
      return MailboxState.FAULT;
    }
    return pass.copied > 0 ? MailboxState.INCOMPLETE : MailboxState.BLOCKED;
  }
}
