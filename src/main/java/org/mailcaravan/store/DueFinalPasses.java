package org.mailcaravan.store;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Pass;

/**
 * The passes after the cutover: makes them due, and counts those that end, until the old server is
 * quiet. The bean {@code final-passes} of the routes. Thread-safe.
 */
public final class DueFinalPasses {
  /** Those that are made due in one transaction. */
  private static final int MOST = 2000;

  private final Database database;
  private final LaterPasses later;
  private final FinalPasses plan;

  public DueFinalPasses(Database database, Events events, FinalPasses plan) {
    this.database = database;
    this.later = new LaterPasses(database, events);
    this.plan = plan;
  }

  private record Due(String mailbox, Instant cutover, Instant oldUntil, Instant now) {}

  /**
   * Makes a pass of each mailbox whose time has come. When the next one is due is stored with it,
   * so that one which ends in whatever way is not made again at once.
   *
   * @return how many
   */
  public int queue() {
    return database.tryingAgain(
        () -> {
          List<Due> due =
              database
                  .jdbc()
                  .sql(
                      "select id, cutover_at, old_until, current_timestamp as now_at from mailbox"
                          + " where final_due_at <= current_timestamp and cutover_at is not null"
                          + " and copied_before and "
                          + LaterPasses.CREDENTIALS_KEPT
                          + " and "
                          + LaterPasses.IDLE
                          + " order by id limit "
                          + MOST
                          + " for update")
                  .query(
                      (row, number) ->
                          new Due(
                              row.getString("id"),
                              Times.present(row, "cutover_at"),
                              Times.present(row, "old_until"),
                              Times.present(row, "now_at")))
                  .list();
          if (!due.isEmpty()) {
            later.queue(
                due.stream().map(Due::mailbox).toList(),
                Pass.FINAL,
                "schedule",
                "a final pass is due");
            database.batch(
                "update mailbox set final_due_at = ? where id = ?",
                due.stream()
                    .map(
                        each ->
                            new Object[] {
                              plan.next(each.cutover, each.oldUntil, each.now)
                                  .atOffset(ZoneOffset.UTC),
                              each.mailbox
                            })
                    .toList());
          }
          return due.size();
        });
  }

  private record Counted(
      Instant cutover, Instant oldUntil, Instant begun, Instant now, int quiet) {}

  /**
   * Counts a final pass that ends, in the transaction that ends it. One that began before the
   * cutover is none.
   */
  void ended(Claim claim, MailboxResult result) {
    if (claim.mailbox().pass() != Pass.FINAL || result.state() == MailboxState.CANCELLED) {
      return;
    }
    database
        .jdbc()
        .sql(
            "select m.cutover_at, m.old_until, m.quiet_passes, p.started_at, current_timestamp as now_at"
                + " from mailbox m join pass p on p.id = ? where m.id = ? and p.started_at >= m.cutover_at")
        .params(claim.pass(), claim.mailbox().id())
        .query(
            (row, number) ->
                new Counted(
                    Times.present(row, "cutover_at"),
                    Times.present(row, "old_until"),
                    Times.present(row, "started_at"),
                    Times.present(row, "now_at"),
                    row.getInt("quiet_passes")))
        .optional()
        .ifPresent(each -> count(claim.mailbox().id(), each, isQuiet(result)));
  }

  /** Counts final passes that no program goes on with. When the next one is due stays as it is. */
  static void failed(Database database, List<Long> passes) {
    database.batch(
        "update mailbox set final_passes = final_passes + 1, quiet_passes = 0,"
            + " final_due_at = coalesce(final_due_at, current_timestamp) where id = (select p.mailbox_id from pass p"
            + " where p.id = ? and p.kind = 'FINAL' and p.started_at >= mailbox.cutover_at)",
        passes.stream().map(pass -> new Object[] {pass}).toList());
  }

  private static boolean isQuiet(MailboxResult result) {
    return result.state() == MailboxState.COPIED && result.copied() == 0;
  }

  private void count(String mailbox, Counted pass, boolean quiet) {
    int inARow = quiet ? plan.quietAfter(pass.quiet, !pass.begun.isBefore(pass.oldUntil)) : 0;
    Instant next = plan.next(pass.cutover, pass.oldUntil, pass.now);
    int unused =
        database
            .jdbc()
            .sql(
                "update mailbox set final_passes = final_passes + 1, quiet_passes = ?, final_due_at = ?"
                    + " where id = ?")
            .params(inARow, inARow >= plan.quiet() ? null : next.atOffset(ZoneOffset.UTC), mailbox)
            .update();
  }
}
