package org.mailcaravan.store;

import java.util.Optional;
import org.mailcaravan.model.status.Steered;

/**
 * Orders for source servers. Whoever claims a pass locks the row of its host first. Thread-safe.
 */
final class HostControls {
  private final Database database;
  private final Events events;

  HostControls(Database database, Events events) {
    this.database = database;
    this.events = events;
  }

  Steered pause(String name, String actor) {
    Optional<Boolean> paused = locked("paused", name);
    if (paused.isEmpty()) {
      return Steered.NOTHING;
    }
    database.jdbc().sql("update host set paused = true where name = ?").param(name).update();
    long told =
        database
            .jdbc()
            .sql(
                "update pass set control = 'PAUSE' where host = ? and state = 'RUNNING'"
                    + " and control is null")
            .param(name)
            .update();
    if (paused.get()) {
      return new Steered(0, told, told == 0 ? 1 : 0, 0);
    }
    event(name, actor, "paused");
    return new Steered(1, told, 0, 0);
  }

  /** A host that is left alone for a while is tried again at once, too. */
  Steered resume(String name, String actor) {
    Optional<Boolean> held =
        locked("paused or coalesce(not_before > current_timestamp, false)", name);
    if (held.isEmpty()) {
      return Steered.NOTHING;
    }
    if (!held.get()) {
      return new Steered(0, 0, 1, 0);
    }
    database
        .jdbc()
        .sql("update host set paused = false, not_before = null where name = ?")
        .param(name)
        .update();
    long told =
        database
            .jdbc()
            .sql(
                "update pass set control = null where host = ? and state = 'RUNNING'"
                    + " and control = 'PAUSE' and not exists (select 1 from mailbox"
                    + " where mailbox.id = pass.mailbox_id and paused) and not exists"
                    + " (select 1 from migration where migration.id = pass.migration_id and paused)")
            .param(name)
            .update();
    database
        .jdbc()
        .sql(
            "update pass set waits_for = 'TURN', reason = null where host = ?"
                + " and state = 'WAITING' and waits_for = 'RESUME'")
        .param(name)
        .update();
    event(name, actor, "resumed");
    return new Steered(1, told, 0, 0);
  }

  private Optional<Boolean> locked(String condition, String name) {
    return database
        .jdbc()
        .sql("select " + condition + " as held from host where name = ? for update")
        .param(name)
        .query((row, number) -> row.getBoolean("held"))
        .optional();
  }

  private void event(String name, String actor, String reason) {
    events.add("host", actor, null, null, null, name, null, reason);
  }
}
