package org.mailcaravan.store;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Event;
import org.mailcaravan.model.MigrationStage;
import org.mailcaravan.model.status.Steered;

/**
 * Orders for whole migrations: for the passes that run on its behalf. A fixed number of statements,
 * and the events of the mailboxes that change. Thread-safe.
 */
final class MigrationControls {
  private final Database database;
  private final Events events;
  private final Retries retries;
  private final Endings endings;

  MigrationControls(Database database, Events events, Retries retries, Endings endings) {
    this.database = database;
    this.events = events;
    this.retries = retries;
    this.endings = endings;
  }

  /**
   * A migration whose row is locked.
   *
   * @param over whether it is closed, or was cancelled and its passwords are purged
   * @param goesOn whether its life is not over: later passes are due by themselves, or those of
   *     another migration are for it, too
   * @param told whether its customer has heard of its end
   */
  private record Locked(
      boolean paused,
      boolean cancelled,
      int priority,
      boolean over,
      boolean goesOn,
      boolean told) {}

  private record Open(long id, String mailbox, boolean running) {}

  Steered pause(String id, String actor) {
    lockPasses(id, "state = 'RUNNING'");
    Locked migration = lock(id).orElse(null);
    if (migration == null) {
      return Steered.NOTHING;
    }
    change(id, "paused = true");
    int told = tell(id, "set control = 'PAUSE'", "control is null");
    if (migration.paused()) {
      return new Steered(0, told, told == 0 ? 1 : 0, 0);
    }
    event(id, actor, "paused");
    return new Steered(1, told, 0, 0);
  }

  Steered resume(String id, String actor) {
    lockPasses(id, "state = 'RUNNING'");
    Locked migration = lock(id).orElse(null);
    if (migration == null) {
      return Steered.NOTHING;
    }
    if (!migration.paused()) {
      return new Steered(0, 0, 1, 0);
    }
    change(id, "paused = false");
    int told =
        tell(
            id,
            "set control = null",
            "control = 'PAUSE' and not exists (select 1 from host where host.name = pass.host"
                + " and paused) and not exists (select 1 from mailbox"
                + " where mailbox.id = pass.mailbox_id and paused)");
    database
        .jdbc()
        .sql(
            "update pass set waits_for = 'TURN', reason = null where migration_id = ?"
                + " and state = 'WAITING' and waits_for = 'RESUME'")
        .param(id)
        .update();
    event(id, actor, "resumed");
    return new Steered(1, told, 0, 0);
  }

  Steered cancel(String id, String actor) {
    lockPasses(id, "state <> 'ENDED'");
    long given = GivenBack.passes(database, id);
    List<Open> open = lockPasses(id, "state <> 'ENDED'");
    database
        .jdbc()
        .sql(
            "update pass set state = 'ENDED', outcome = 'CANCELLED', ended_at = current_timestamp,"
                + " waits_for = null, reason = null, control = null"
                + " where migration_id = ? and state = 'WAITING'")
        .param(id)
        .update();
    int told = tell(id, "set control = 'CANCEL'", "(control is null or control <> 'CANCEL')");
    // A mailbox that waits has a pass that waits, unless that was just cancelled.
    database
        .jdbc()
        .sql(
            "update mailbox m set state = 'CANCELLED', paused = false where m.state = 'QUEUED'"
                + " and m.id in (select mailbox_id from migration_mailbox where migration_id = ?)"
                + " and not exists (select 1 from pass p where p.mailbox_id = m.id"
                + " and p.state <> 'ENDED')")
        .param(id)
        .update();
    Locked migration = lock(id).orElse(null);
    if (migration == null) {
      return Steered.NOTHING;
    }
    if (open.isEmpty() && given == 0) {
      return cancelBetweenPasses(id, migration, actor);
    }
    change(id, "cancelled = true, paused = false");
    List<Open> ended = open.stream().filter(pass -> !pass.running()).toList();
    events.addAll(
        ended.stream()
            .map(
                pass ->
                    mailboxEvent(id, pass.mailbox(), pass.id(), actor, "CANCELLED", "cancelled"))
            .toList());
    if (ended.size() + told + given > 0) {
      event(
          id,
          actor,
          "cancelled"
              + (told == 0 ? "" : "; " + told + " that run stop at their next batch")
              + (given == 0 ? "" : "; " + given + " left to another migration"));
    }
    endings.ofMigration(id, actor);
    return new Steered(ended.size() + given, told, open.size() - ended.size() - told, 0);
  }

  /** No pass of it waits or runs; later ones may be due until the old server is quiet. */
  private Steered cancelBetweenPasses(String id, Locked migration, String actor) {
    if (migration.cancelled()) {
      return new Steered(0, 0, 1, 0);
    }
    if (!migration.goesOn()) {
      return new Steered(0, 0, 0, 1);
    }
    change(id, "cancelled = true, paused = false");
    event(id, actor, "cancelled; no more passes of it are due");
    endings.ofMigration(id, actor);
    return new Steered(all(id), 0, 0, 0);
  }

  /**
   * Ends what waits, and has what runs stop at its next batch; the mailboxes stay what they are.
   * The passwords go when nothing runs any more.
   */
  Steered close(String id, String actor) {
    lockPasses(id, "state <> 'ENDED'");
    long given = GivenBack.passes(database, id);
    int unused =
        database
            .jdbc()
            .sql(
                "update pass set state = 'ENDED', outcome = (select case when m.copied_before then 'INCOMPLETE'"
                    + " else 'BLOCKED' end from mailbox m where m.id = pass.mailbox_id),"
                    + " ended_at = current_timestamp, waits_for = null, reason = null, control = null"
                    + " where migration_id = ? and state = 'WAITING'")
            .param(id)
            .update();
    // As in a cancellation.
    unused =
        database
            .jdbc()
            .sql(
                "update mailbox m set paused = false, state = case when m.copied_before then 'INCOMPLETE'"
                    + " else 'BLOCKED' end where m.state = 'QUEUED' and m.id in (select mailbox_id"
                    + " from migration_mailbox where migration_id = ?) and not exists (select 1 from pass p"
                    + " where p.mailbox_id = m.id and p.state <> 'ENDED')")
            .param(id)
            .update();
    int told = tell(id, "set control = 'CANCEL'", "(control is null or control <> 'CANCEL')");
    Locked migration = lock(id).orElse(null);
    if (migration == null) {
      return Steered.NOTHING;
    }
    if (migration.over()) {
      return new Steered(0, 0, 1, 0);
    }
    if (!migration.told()) {
      // So that its customer hears of the end.
      events.add(
          "migration",
          actor,
          id,
          null,
          null,
          null,
          MigrationStage.COMPLETE.name(),
          "closed by hand");
    }
    unused =
        database
            .jdbc()
            .sql(
                "update migration set stage = 'CLOSED', stage_at = current_timestamp, cancelled = false,"
                    + " paused = false where id = ?")
            .param(id)
            .update();
    event(
        id,
        actor,
        "closed by hand; "
            + notMoved(id)
            + (given == 0 ? "" : "; " + given + " left to another migration"));
    endings.ofMigration(id, actor);
    return new Steered(1, told, 0, 0);
  }

  /** What has not arrived, in numbers. */
  private String notMoved(String id) {
    return database
        .jdbc()
        .sql(
            "select count(*) as whole_migration, coalesce(sum(case when m.copied_before then 0 else 1 end), 0)"
                + " as without, coalesce(sum(case when m.copied_before and m.state <> 'COPIED' then 1"
                + " else 0 end), 0) as in_part from mailbox m where m.id in"
                + " (select mailbox_id from migration_mailbox where migration_id = ?)")
        .param(id)
        .query(
            (row, number) ->
                row.getLong("without") + row.getLong("in_part") == 0
                    ? "all that was found has arrived"
                    : "of %d mailboxes nothing has arrived of %d, and not all of %d"
                        .formatted(
                            row.getLong("whole_migration"),
                            row.getLong("without"),
                            row.getLong("in_part")))
        .single();
  }

  Steered retry(String id, String actor, String why) {
    int due = retries.makeAllDue(id, why);
    List<String> needed =
        database
            .jdbc()
            .sql("select m.id from mailbox m where " + Retries.NEEDED + " order by m.id for update")
            .param("migration", id)
            .query(String.class)
            .list();
    Locked migration = lock(id).orElse(null);
    if (migration == null) {
      return Steered.NOTHING;
    }
    // It may have been closed while its lock was waited for.
    if (retries.isOver(id)) {
      return new Steered(0, 0, 0, all(id));
    }
    retries.forgetPausesOfAll(id);
    int opened = retries.openAll(id, why);
    if (due + opened > 0) {
      retries.reopen(id);
      events.addAll(
          needed.stream()
              .map(mailbox -> mailboxEvent(id, mailbox, null, actor, "QUEUED", why))
              .toList());
      event(id, actor, why);
    } else if (migration.cancelled()) {
      retries.goOn(id);
      event(id, actor, why);
      return new Steered(all(id), 0, 0, 0);
    }
    return new Steered(due + opened, 0, all(id) - due - opened, 0);
  }

  Steered startAt(String id, Instant at, String actor) {
    List<Open> open = lockPasses(id, "state <> 'ENDED'");
    int changed =
        database
            .jdbc()
            .sql(
                "update pass set not_before = :at, wanted_start = null, start_asked = false, due_at = case when waits_for in ('PASSWORD', 'MAILBOX')"
                    + " then due_at else greatest(:at, current_timestamp) end, waits_for = case when waits_for in"
                    + " ('PREFLIGHT', 'PASSWORD', 'MAILBOX') then waits_for else 'START' end"
                    + " where migration_id = :id and state = 'WAITING'")
            .param("at", at.atOffset(ZoneOffset.UTC))
            .param("id", id)
            .update();
    if (changed > 0) {
      event(id, actor, "begins at " + at);
    }
    return new Steered(changed, 0, open.size() - changed, 0);
  }

  Steered priority(String id, int priority, String actor) {
    Locked migration = lock(id).orElse(null);
    if (migration == null) {
      return Steered.NOTHING;
    }
    if (migration.priority() == priority) {
      return new Steered(0, 0, 1, 0);
    }
    database
        .jdbc()
        .sql("update migration set priority = ? where id = ?")
        .params(priority, id)
        .update();
    event(id, actor, "priority " + priority);
    return new Steered(1, 0, 0, 0);
  }

  /** Waits for claims that are just being made, and keeps others off. */
  private List<Open> lockPasses(String id, String condition) {
    return database
        .jdbc()
        .sql(
            "select id, mailbox_id, state from pass where migration_id = ? and "
                + condition
                + " order by id for update")
        .param(id)
        .query(
            (row, number) ->
                new Open(
                    row.getLong("id"),
                    row.getString("mailbox_id"),
                    row.getString("state").equals("RUNNING")))
        .list();
  }

  private Optional<Locked> lock(String id) {
    return database
        .jdbc()
        .sql(
            "select paused, cancelled, priority, stage = 'CLOSED' or closed_at is not null as is_over,"
                + " stage not in ('COMPLETE', 'CLOSED', 'CANCELLED') as goes_on,"
                + " stage in ('COMPLETE', 'CANCELLED') as is_told"
                + " from migration where id = ? for update")
        .param(id)
        .query(
            (row, number) ->
                new Locked(
                    row.getBoolean("paused"),
                    row.getBoolean("cancelled"),
                    row.getInt("priority"),
                    row.getBoolean("is_over"),
                    row.getBoolean("goes_on"),
                    row.getBoolean("is_told")))
        .optional();
  }

  private void change(String id, String columns) {
    database.jdbc().sql("update migration set " + columns + " where id = ?").param(id).update();
  }

  private int tell(String id, String change, String condition) {
    return database
        .jdbc()
        .sql(
            "update pass "
                + change
                + " where migration_id = ? and state = 'RUNNING' and "
                + condition)
        .param(id)
        .update();
  }

  private long all(String id) {
    return database
        .jdbc()
        .sql("select count(distinct mailbox_id) from migration_mailbox where migration_id = ?")
        .param(id)
        .query(Long.class)
        .single();
  }

  private void event(String id, String actor, String reason) {
    events.add("migration", actor, id, null, null, null, null, reason);
  }

  private static Event mailboxEvent(
      String id, String mailbox, @Nullable Long pass, String actor, String state, String reason) {
    return new Event("mailbox", actor, id, mailbox, pass, null, state, reason);
  }
}
