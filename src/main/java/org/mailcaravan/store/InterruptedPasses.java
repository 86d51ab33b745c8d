package org.mailcaravan.store;

import java.util.List;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.AbandonedPasses.Open;

/**
 * Passes that no program goes on with: those of a program that has ended, and those whose passwords
 * were in its memory. Thread-safe.
 */
public final class InterruptedPasses {
  /** How many passes one transaction ends. */
  private static final int AT_ONCE = 500;

  /** The names of the nodes that live. */
  static final String LIVING =
      "(select name from node where stopped_at is null and seen_at > current_timestamp - interval '2' minute)";

  private final Database database;
  private final Claims claims;
  private final AbandonedPasses abandoned;
  private final String node;

  public InterruptedPasses(Database database, Claims claims, Events events, String node) {
    this.database = database;
    this.claims = claims;
    this.abandoned = new AbandonedPasses(database, events);
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
        "state = 'WAITING' and only_node is not null and only_node not in " + LIVING,
        List.of(),
        problem("the command that had its password has ended before it was its turn"));
  }

  /** Ends the passes that wait for this program, which was told to stop. */
  public void endOwn() {
    endAll(
        "state = 'WAITING' and only_node = ?",
        List.of(node),
        problem("it was not begun, since the program was told to stop"));
  }

  /** Ends the passes that wait for a source server, all with the same problem. */
  public void endWaiting(String host, Problem problem) {
    endAll("state = 'WAITING' and host = ?", List.of(host), problem);
  }

  private void endAll(String condition, List<Object> parameters, Problem problem) {
    int ended;
    do {
      ended = database.tryingAgain(() -> endSome(condition, parameters, problem));
    } while (ended == AT_ONCE);
  }

  private int endSome(String condition, List<Object> parameters, Problem problem) {
    List<Open> open =
        database
            .jdbc()
            .sql(
                "select id, mailbox_id, migration_id, copied_before, bytes_before from pass where "
                    + condition
                    + " order by id fetch first "
                    + AT_ONCE
                    + " rows only for update")
            .params(parameters)
            .query(
                (row, number) ->
                    new Open(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        row.getLong(5)))
            .list();
    abandoned.end(open, problem, "stop");
    return open.size();
  }

  /** What a pass says that was stopped for good. */
  public static Problem problem(String cause) {
    return new Problem(
        ProblemCode.INTERRUPTED, Where.MAILBOX, cause, Owner.US, "Run the request again.");
  }
}
