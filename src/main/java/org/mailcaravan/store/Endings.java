package org.mailcaravan.store;

import java.util.List;

/** When a migration has ended: no pass of its mailboxes waits or runs any more. Thread-safe. */
final class Endings {
  private static final String NO_PASS_OPEN =
      "not exists (select 1 from migration_mailbox mm join pass p on p.mailbox_id = mm.mailbox_id"
          + " where mm.migration_id = migration.id and p.state = 'WAITING')"
          + " and not exists (select 1 from migration_mailbox mm join pass p on p.mailbox_id ="
          + " mm.mailbox_id where mm.migration_id = migration.id and p.state = 'RUNNING')";

  /** What was cancelled does not wait for what another request wants of the same mailboxes. */
  private static final String CANCELLED =
      "cancelled and not exists (select 1 from pass p where p.migration_id = migration.id"
          + " and p.state = 'WAITING') and not exists (select 1 from pass p"
          + " where p.migration_id = migration.id and p.state = 'RUNNING')";

  private static final String END =
      "update migration set finished_at = current_timestamp, report_due = true where id = ?"
          + " and finished_at is null and (("
          + NO_PASS_OPEN
          + ") or ("
          + CANCELLED
          + "))";

  private final Database database;
  private final Events events;

  Endings(Database database, Events events) {
    this.database = database;
    this.events = events;
  }

  /** Ends the migrations that name a mailbox, where nothing is left to do. */
  void ofMailbox(String mailbox, String actor) {
    end("select migration_id from migration_mailbox where mailbox_id = ?", mailbox, actor);
  }

  /** Ends a migration, and those that name mailboxes of it, where nothing is left to do. */
  void ofMigration(String migration, String actor) {
    end(
        "select o.migration_id from migration_mailbox mm join migration_mailbox o"
            + " on o.mailbox_id = mm.mailbox_id where mm.migration_id = ?",
        migration,
        actor);
  }

  /** Who ends the last pass but one at the same moment waits for the row, and looks again then. */
  private void end(String migrations, String id, String actor) {
    List<String> open =
        database
            .jdbc()
            .sql(
                "select id from migration where finished_at is null and id in ("
                    + migrations
                    + ") order by id for update")
            .param(id)
            .query(String.class)
            .list();
    for (String each : open) {
      if (database.jdbc().sql(END).param(each).update() > 0) {
        events.add(
            "migration", actor, each, null, null, null, "ENDED", "no pass of it waits or runs");
      }
    }
  }
}
