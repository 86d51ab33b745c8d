package org.mailcaravan.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.status.Steered;

/**
 * Orders for mailboxes. The rows are locked as by those who claim and end passes: pass, mailbox,
 * migration. Thread-safe.
 */
final class MailboxControls {
  private final Database database;
  private final Events events;
  private final Retries retries;
  private final Endings endings;

  MailboxControls(Database database, Events events, Retries retries, Endings endings) {
    this.database = database;
    this.events = events;
    this.retries = retries;
    this.endings = endings;
  }

  /**
   * A mailbox whose rows are locked.
   *
   * @param migration the one on whose behalf its pass waits or runs; else the last one that names
   *     it and is open, or the last one at all; null when none does
   * @param pass the one that runs, or else the one that waits; null when none does
   */
  private record Locked(
      String id,
      String state,
      boolean paused,
      int priority,
      @Nullable String migration,
      @Nullable Open pass) {
    boolean running() {
      return pass != null && pass.running();
    }
  }

  private record Open(long id, boolean running, String migration) {}

  Steered pause(String id, String actor) {
    Locked mailbox = lock(id).orElse(null);
    if (mailbox == null) {
      return Steered.NOTHING;
    }
    int told = tell(id, "set control = 'PAUSE'", "control is null");
    if (mailbox.paused() && told == 0) {
      return new Steered(0, 0, 1, 0);
    }
    database.jdbc().sql("update mailbox set paused = true where id = ?").param(id).update();
    event(mailbox, actor, null, "paused");
    return told > 0 ? new Steered(0, told, 0, 0) : new Steered(1, 0, 0, 0);
  }

  Steered resume(String id, String actor) {
    Locked mailbox = lock(id).orElse(null);
    if (mailbox == null) {
      return Steered.NOTHING;
    }
    if (!mailbox.paused()) {
      return new Steered(0, 0, 1, 0);
    }
    database.jdbc().sql("update mailbox set paused = false where id = ?").param(id).update();
    int told =
        tell(
            id,
            "set control = null",
            "control = 'PAUSE' and not exists (select 1 from host where host.name = pass.host"
                + " and paused) and not exists (select 1 from migration"
                + " where migration.id = pass.migration_id and paused)");
    database
        .jdbc()
        .sql(
            "update pass set waits_for = 'TURN', reason = null where mailbox_id = ?"
                + " and state = 'WAITING' and waits_for = 'RESUME'")
        .param(id)
        .update();
    event(mailbox, actor, null, "resumed");
    return told > 0 ? new Steered(0, told, 0, 0) : new Steered(1, 0, 0, 0);
  }

  Steered cancel(String id, String actor) {
    Locked mailbox = lock(id).orElse(null);
    if (mailbox == null) {
      return Steered.NOTHING;
    }
    if (mailbox.pass() == null) {
      return cancelBetweenPasses(mailbox, actor);
    }
    int told = tell(id, "set control = 'CANCEL'", "(control is null or control <> 'CANCEL')");
    // A request may have named it while its pass runs.
    int ended =
        database
            .jdbc()
            .sql(
                "update pass set state = 'ENDED', outcome = 'CANCELLED', ended_at = current_timestamp,"
                    + " waits_for = null, reason = null, control = null"
                    + " where mailbox_id = ? and state = 'WAITING'")
            .param(id)
            .update();
    if (mailbox.running()) {
      if (told + ended > 0) {
        event(mailbox, actor, null, "to be cancelled at the next batch");
      }
      return new Steered(0, told, told == 0 ? 1 : 0, 0);
    }
    cancelled(mailbox, actor, "cancelled");
    endings.ofMailbox(id, actor);
    return new Steered(1, 0, 0, 0);
  }

  /** Later passes may be due, or a person may have to act: neither is so any more. */
  private Steered cancelBetweenPasses(Locked mailbox, String actor) {
    if (mailbox.state().equals("CANCELLED")) {
      return new Steered(0, 0, 1, 0);
    }
    if (lastOpen(mailbox.id()).isEmpty()) {
      return new Steered(0, 0, 0, 1);
    }
    cancelled(mailbox, actor, "cancelled; no more passes of it are due");
    return new Steered(1, 0, 0, 0);
  }

  private void cancelled(Locked mailbox, String actor, String reason) {
    database
        .jdbc()
        .sql("update mailbox set state = 'CANCELLED', paused = false where id = ?")
        .param(mailbox.id())
        .update();
    event(mailbox, actor, "CANCELLED", reason);
  }

  Steered retry(String id, String actor, String why) {
    return retry(id, actor, why, false);
  }

  /** As a retry, but what is paused stays paused, and what was cancelled stays cancelled. */
  Steered passwordCame(String id, String actor, String why) {
    return retry(id, actor, why, true);
  }

  /** A password was replaced, and the mailbox still waits for another one. */
  Steered passwordKept(String id, String actor, String why) {
    lock(id).ifPresent(mailbox -> event(mailbox, actor, null, why));
    return new Steered(0, 0, 1, 0);
  }

  private Steered retry(String id, String actor, String why, boolean asItStands) {
    Locked mailbox = lock(id).orElse(null);
    if (mailbox == null || mailbox.migration() == null) {
      return Steered.NOTHING;
    }
    if (mailbox.pass() == null
        && (retries.isWithoutPasswords(id, mailbox.migration())
            || retries.isOver(mailbox.migration()))) {
      return new Steered(0, 0, 0, 1);
    }
    if (asItStands
        && (mailbox.state().equals("CANCELLED") || retries.isCancelled(mailbox.migration()))) {
      event(mailbox, actor, null, why);
      return new Steered(0, 0, 1, 0);
    }
    if (mailbox.paused() && !asItStands) {
      Steered unused = resume(id, actor);
    }
    retries.forgetPauses(id);
    if (!asItStands) {
      retries.forgetStarts("mailbox_id", id);
    }
    if (mailbox.running()) {
      event(mailbox, actor, null, why + "; it runs already");
      return new Steered(0, 0, 1, 0);
    }
    if (mailbox.pass() == null) {
      retries.open(id, mailbox.migration(), why);
      event(mailbox, actor, "QUEUED", why);
    } else {
      retries.makeDue(id, why);
      event(mailbox, actor, null, why);
    }
    retries.reopen(mailbox.migration());
    return new Steered(1, 0, 0, 0);
  }

  Steered priority(String id, int priority, String actor) {
    Locked mailbox = lock(id).orElse(null);
    if (mailbox == null) {
      return Steered.NOTHING;
    }
    if (mailbox.priority() == priority) {
      return new Steered(0, 0, 1, 0);
    }
    database
        .jdbc()
        .sql("update pass set priority = ? where mailbox_id = ? and state <> 'ENDED'")
        .params(priority, id)
        .update();
    database
        .jdbc()
        .sql("update mailbox set priority = ? where id = ?")
        .params(priority, id)
        .update();
    event(mailbox, actor, null, "priority " + priority);
    return new Steered(1, 0, 0, 0);
  }

  /** Waits for a claim of its pass that is just being made, and keeps others off. */
  private Optional<Locked> lock(String id) {
    Open open =
        database
            .jdbc()
            .sql(
                "select id, state, migration_id from pass where mailbox_id = ? and state <> 'ENDED'"
                    + " order by id for update")
            .param(id)
            .query(
                (row, number) ->
                    new Open(
                        row.getLong("id"),
                        row.getString("state").equals("RUNNING"),
                        row.getString("migration_id")))
            .list()
            .stream()
            .reduce((one, other) -> one.running() ? one : other)
            .orElse(null);
    return database
        .jdbc()
        .sql("select state, paused, priority from mailbox where id = ? for update")
        .param(id)
        .query(
            (row, number) ->
                new Locked(
                    id,
                    row.getString("state"),
                    row.getBoolean("paused"),
                    row.getInt("priority"),
                    open == null ? lastOpen(id).or(() -> last(id)).orElse(null) : open.migration(),
                    open))
        .optional();
  }

  private Optional<String> lastOpen(String id) {
    return one(LaterPasses.LAST_OPEN.formatted("?"), id);
  }

  private Optional<String> last(String id) {
    return one("(select max(migration_id) from migration_mailbox where mailbox_id = ?)", id);
  }

  private Optional<String> one(String id, String mailbox) {
    return database
        .jdbc()
        .sql("select " + id + " as id")
        .param(mailbox)
        .query((row, number) -> Optional.ofNullable(row.getString("id")))
        .single();
  }

  private int tell(String id, String change, String condition) {
    return database
        .jdbc()
        .sql(
            "update pass "
                + change
                + " where mailbox_id = ? and state = 'RUNNING' and "
                + condition)
        .param(id)
        .update();
  }

  private void event(Locked mailbox, String actor, @Nullable String state, String reason) {
    events.add(
        "mailbox",
        actor,
        mailbox.migration(),
        mailbox.id(),
        mailbox.pass() == null ? null : mailbox.pass().id(),
        null,
        state,
        reason);
  }
}
