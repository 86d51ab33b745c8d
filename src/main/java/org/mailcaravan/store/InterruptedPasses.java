package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.model.Event;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Where;

/**
 * Passes that no program goes on with: those of a program that has ended, and those whose passwords
 * were in its memory. Thread-safe.
 */
public final class InterruptedPasses {
  /** How many passes one transaction ends. */
  private static final int AT_ONCE = 500;

  private static final String LIVING =
      "(select name from node where stopped_at is null and seen_at > current_timestamp - interval '2' minute)";

  private final Database database;
  private final Claims claims;
  private final PassResults results;
  private final Migrations migrations;
  private final Events events;
  private final String node;

  public InterruptedPasses(
      Database database,
      Claims claims,
      PassResults results,
      Migrations migrations,
      Events events,
      String node) {
    this.database = database;
    this.claims = claims;
    this.results = results;
    this.migrations = migrations;
    this.events = events;
    this.node = node;
  }

  /**
   * Lets go of what a program before this one had claimed when it ended. To be called once, at the
   * start, before anything is claimed.
   *
   * @param alone whether no other program uses the database
   */
  public void letGo(boolean alone) {
    if (alone) {
      database
          .jdbc()
          .sql(
              "update node set stopped_at = current_timestamp where stopped_at is null and name <> ?")
          .param(node)
          .update();
      database
          .jdbc()
          .sql(
              "update pass set lease_until = current_timestamp - interval '1' second"
                  + " where state = 'RUNNING'")
          .update();
    }
    claims.recover();
  }

  /** Ends the passes whose passwords were in the memory of a program that has ended. */
  public void endOrphans() {
    endAll(
        "state <> 'RUNNING' and state <> 'ENDED' and only_node is not null and only_node not in "
            + LIVING,
        problem("the command that had its password has ended before it was its turn"));
  }

  /** Ends the passes that wait for this program, which was told to stop. */
  public void endOwn() {
    endAll(
        "state = 'WAITING' and only_node = '" + node.replace("'", "''") + "'",
        problem("it was not begun, since the program was told to stop"));
  }

  /** Ends the passes that wait for a source server, all with the same problem. */
  public void endWaiting(String host, Problem problem) {
    endAll("state = 'WAITING' and host = '" + host.replace("'", "''") + "'", problem);
  }

  private void endAll(String condition, Problem problem) {
    int ended;
    do {
      ended = database.inTransaction(() -> endSome(condition, problem));
    } while (ended == AT_ONCE);
  }

  private int endSome(String condition, Problem problem) {
    List<Open> open = open(condition + " order by id fetch first " + AT_ONCE + " rows only");
    List<Object[]> passes = new ArrayList<>();
    List<Object[]> mailboxes = new ArrayList<>();
    List<Event> told = new ArrayList<>();
    for (Open pass : open) {
      MailboxState state = pass.copied() > 0 ? MailboxState.INCOMPLETE : MailboxState.BLOCKED;
      passes.add(
          new Object[] {
            state.name(), PassResults.interrupted(pass.copied(), pass.bytes()), pass.id()
          });
      mailboxes.add(new Object[] {state.name(), pass.mailbox()});
      told.add(pass.event("stop", state.name(), problem.toString()));
    }
    database.batch(
        "update pass set state = 'ENDED', outcome = ?, result = ?, ended_at = current_timestamp,"
            + " waits_for = null, reason = null where id = ?",
        passes);
    database.batch("update mailbox set state = ? where id = ?", mailboxes);
    open.forEach(pass -> results.insert(pass.id(), List.of(problem)));
    events.addAll(told);
    open.stream()
        .map(Open::migration)
        .distinct()
        .forEach(
            migration -> {
              boolean unused = migrations.closeIfEnded(migration);
            });
    return open.size();
  }

  /** What a pass says that was stopped for good. */
  public static Problem problem(String cause) {
    return new Problem(
        ProblemCode.INTERRUPTED, Where.MAILBOX, cause, Owner.US, "Run the request again.");
  }

  private record Open(long id, String mailbox, String migration, long copied, long bytes) {
    Event event(String actor, String state, String reason) {
      return new Event("pass", actor, migration, mailbox, id, null, state, reason);
    }
  }

  private List<Open> open(String condition) {
    return database
        .jdbc()
        .sql(
            "select id, mailbox_id, migration_id, copied_before, bytes_before from pass where "
                + condition
                + (condition.contains("order by") ? "" : " order by id")
                + " for update")
        .query(
            (row, number) ->
                new Open(
                    row.getLong(1),
                    row.getString(2),
                    row.getString(3),
                    row.getLong(4),
                    row.getLong(5)))
        .list();
  }
}
