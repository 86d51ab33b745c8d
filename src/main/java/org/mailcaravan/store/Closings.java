package org.mailcaravan.store;

import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.mailcaravan.model.MigrationStage;
import org.mailcaravan.model.Parts;

/**
 * How migrations close: their passwords go, nothing more is due for them, and an event says so, all
 * in one transaction. Thread-safe.
 */
public final class Closings {
  private static final int AT_ONCE = 100;

  /** Of a migration g: no pass waits or runs on its behalf. */
  private static final String NO_PASS =
      "not exists (select 1 from pass p where p.migration_id = g.id and p.state in ('WAITING', 'RUNNING'))";

  /**
   * A migration g is to be closed now. One that goes on again stays cancelled until the next look.
   */
  private static final String DUE =
      "g.stage in ('COMPLETE', 'CLOSED', 'CANCELLED') and g.closed_at is null and case"
          + " when g.stage <> 'CANCELLED' then not g.report_due"
          + " else g.stage_at <= :long_ago and (g.cancelled or not exists (select 1 from migration_mailbox v"
          + " join mailbox m on m.id = v.mailbox_id where v.migration_id = g.id and m.state <> 'CANCELLED'))"
          + " end and "
          + NO_PASS;

  /** The mailboxes of a migration that no other one which is open names. */
  static final String ONLY_OF_THIS =
      "select mm.mailbox_id from migration_mailbox mm where mm.migration_id = :id and not exists"
          + " (select 1 from migration_mailbox om join migration o on o.id = om.migration_id"
          + " where om.mailbox_id = mm.mailbox_id and o.id <> :id and o.closed_at is null)";

  private final Database database;
  private final Events events;
  private final Clock clock;
  private final Duration afterCancel;

  /**
   * @param afterCancel how long the passwords of a cancelled migration are kept for a retry
   */
  public Closings(Database database, Events events, Clock clock, Duration afterCancel) {
    this.database = database;
    this.events = events;
    this.clock = clock;
    this.afterCancel = afterCancel;
  }

  /**
   * The ids of migrations that are to be closed now: they are complete or a person has closed them,
   * and their last report is written; or they were cancelled long enough ago. A hundred at most.
   */
  public List<String> due() {
    return database
        .jdbc()
        .sql("select g.id from migration g where " + DUE + " order by g.id limit " + AT_ONCE)
        .param("long_ago", utc(afterCancel.negated()))
        .query(String.class)
        .list();
  }

  private OffsetDateTime utc(Duration fromNow) {
    return clock.instant().plus(fromNow).atOffset(ZoneOffset.UTC);
  }

  /**
   * Closes one of those that are due.
   *
   * @param forget forgets the passwords of mailboxes; called in the transaction, once at most
   * @return whether it was still to be closed
   */
  public boolean close(String id, Consumer<Collection<String>> forget) {
    return database.tryingAgain(
        () -> {
          lock(id);
          MigrationStage stage = stageIfDue(id).orElse(null);
          if (stage == null) {
            return false;
          }
          List<String> mailboxes =
              database
                  .jdbc()
                  .sql(
                      "select distinct mailbox_id from (" + ONLY_OF_THIS + ") only_here order by 1")
                  .param("id", id)
                  .query(String.class)
                  .list();
          long sealed = withPassword(mailboxes);
          forget.accept(mailboxes);
          endFinalPasses(mailboxes);
          int unused =
              database
                  .jdbc()
                  .sql("delete from customer_step where migration_id = ?")
                  .param(id)
                  .update();
          close(id, stage, purged(sealed));
          return true;
        });
  }

  /**
   * Whoever opens a migration that names one of its mailboxes has the lock of these, and whoever
   * retries it, or has it go on, that of the migration.
   */
  private void lock(String id) {
    List<String> unused =
        database
            .jdbc()
            .sql(
                "select id from mailbox where id in (select mailbox_id from migration_mailbox"
                    + " where migration_id = ?) order by id for update")
            .param(id)
            .query(String.class)
            .list();
    unused =
        database
            .jdbc()
            .sql("select id from migration where id = ? for update")
            .param(id)
            .query(String.class)
            .list();
  }

  /** A statement of its own, so that it sees what was committed while the locks were waited for. */
  private Optional<MigrationStage> stageIfDue(String id) {
    return database
        .jdbc()
        .sql("select g.stage from migration g where g.id = :id and " + DUE)
        .param("id", id)
        .param("long_ago", utc(afterCancel.negated()))
        .query(String.class)
        .optional()
        .map(MigrationStage::valueOf);
  }

  private long withPassword(List<String> mailboxes) {
    return Parts.of(mailboxes, LaterPasses.ROWS_AT_ONCE).stream()
        .mapToLong(
            some ->
                database
                    .jdbc()
                    .sql(
                        "select count(distinct mailbox_id) from credential where mailbox_id in (:ids)")
                    .param("ids", some)
                    .query(Long.class)
                    .single())
        .sum();
  }

  /** By their ids: H2 would look for them anew for each row that it changes. */
  private void endFinalPasses(List<String> mailboxes) {
    for (List<String> some : Parts.of(mailboxes, LaterPasses.ROWS_AT_ONCE)) {
      int unused =
          database
              .jdbc()
              .sql(
                  "update mailbox set final_due_at = null where final_due_at is not null and id in (:ids)")
              .param("ids", some)
              .update();
    }
  }

  private static String purged(long mailboxes) {
    return mailboxes == 0
        ? "no passwords of it were stored any more"
        : "the passwords of "
            + (mailboxes == 1 ? "1 mailbox" : mailboxes + " mailboxes")
            + " are purged";
  }

  private void close(String id, MigrationStage before, String purged) {
    // What is cancelled stays so; that nothing can be retried any more is in the event.
    boolean cancelled = before == MigrationStage.CANCELLED;
    MigrationStage stage = cancelled ? before : MigrationStage.CLOSED;
    OffsetDateTime now = utc(Duration.ZERO);
    int unused =
        database
            .jdbc()
            .sql(
                "update migration set stage = ?, stage_at = case when stage = ? then stage_at else ? end,"
                    + " closed_at = ? where id = ?")
            .params(stage.name(), stage.name(), now, now, id)
            .update();
    events.add(
        "migration",
        Lives.ACTOR,
        id,
        null,
        null,
        null,
        cancelled ? null : MigrationStage.CLOSED.name(),
        cancelled ? purged + ", so that a retry is no longer possible" : purged);
  }
}
