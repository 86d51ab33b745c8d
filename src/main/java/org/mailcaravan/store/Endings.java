package org.mailcaravan.store;

import java.util.List;

/** When a migration has ended: no pass of its mailboxes waits or runs any more. Thread-safe. */
final class Endings {
  /** Asked at the end of each pass: the first one of a single state is found in an index. */
  static final String FIRST_OPEN =
      "select id from pass where migration_id = ? and state = ? fetch first 1 row only";

  /** A mailbox may have its pass on behalf of another migration. */
  private static final String NO_PASS_OPEN =
      "not exists (select 1 from migration_mailbox mm join pass p on p.mailbox_id = mm.mailbox_id"
          + " where mm.migration_id = migration.id and p.state in ('WAITING', 'RUNNING'))";

  /**
   * Of a migration without an open pass of its own. One that was cancelled, or whose life is over,
   * does not wait for what another request wants of the same mailboxes.
   */
  private static final String END =
      "update migration set finished_at = current_timestamp, report_due = true,"
          // Who writes the report of an end before this one does not keep this one's from being
          // written.
          + " report_until = null, report_node = null,"
          // The life of a command's migration is its run: nobody looks at it afterwards.
          + " stage = case when only_node is null then stage else 'CLOSED' end,"
          + " stage_at = case when only_node is null then stage_at else current_timestamp end,"
          + " closed_at = case when only_node is null then closed_at else current_timestamp end"
          + " where id = ?"
          + " and finished_at is null and (cancelled or stage in ('COMPLETE', 'CLOSED') or "
          + NO_PASS_OPEN
          + ")";

  private final Database database;
  private final Events events;

  Endings(Database database, Events events) {
    this.database = database;
    this.events = events;
  }

  /** Ends the migrations that name a mailbox, where nothing is left to do. */
  void ofMailbox(String mailbox, String actor) {
    end(
        "id in (select migration_id from migration_mailbox where mailbox_id = :id)",
        mailbox,
        actor);
  }

  /** Ends a migration, and those that name mailboxes of it, where nothing is left to do. */
  void ofMigration(String migration, String actor) {
    end(
        "(id = :id or id in (select o.migration_id from migration_mailbox mm join migration_mailbox o"
            + " on o.mailbox_id = mm.mailbox_id where mm.migration_id = :id))",
        migration,
        actor);
  }

  /** Who ends the last pass but one at the same moment waits for the row, and looks again then. */
  private void end(String which, String id, String actor) {
    List<String> open =
        database
            .jdbc()
            .sql(
                "select id from migration where finished_at is null and "
                    + which
                    + " order by id for update")
            .param("id", id)
            .query(String.class)
            .list();
    for (String each : open) {
      if (!hasOpen(each, "WAITING")
          && !hasOpen(each, "RUNNING")
          && database.jdbc().sql(END).param(each).update() > 0) {
        events.add(
            "migration", actor, each, null, null, null, "ENDED", "no pass of it waits or runs");
      }
    }
  }

  private boolean hasOpen(String migration, String state) {
    return !database
        .jdbc()
        .sql(FIRST_OPEN)
        .params(migration, state)
        .query(Long.class)
        .list()
        .isEmpty();
  }
}
