package org.mailcaravan.store;

import java.util.List;
import org.mailcaravan.model.Event;
import org.mailcaravan.model.Parts;
import org.mailcaravan.model.Pass;

/** Makes passes of mailboxes whose first one is done. Thread-safe. */
final class LaterPasses {
  /** Rows that are stored by the same statements. */
  static final int ROWS_AT_ONCE = 500;

  /** Of a migration g: its life is not over, and it had passwords that are kept. */
  static final String OPEN =
      "g.stage not in ('CLOSED', 'CANCELLED') and not g.cancelled and g.only_node is null";

  /** The last migration that named a mailbox, by its id, and is open; null where none is. */
  static final String LAST_OPEN =
      "(select max(g.id) from migration_mailbox n join migration g on g.id = n.migration_id"
          + " where n.mailbox_id = %s and "
          + OPEN
          + ")";

  private static final String ON_BEHALF_OF = LAST_OPEN.formatted("mailbox.id");

  /** No pass of it waits or runs, nobody has paused or cancelled it, and a migration wants it. */
  static final String IDLE =
      "not paused and state <> 'CANCELLED' and not exists (select 1 from pass where mailbox_id ="
          + " mailbox.id and state in ('WAITING', 'RUNNING')) and "
          + ON_BEHALF_OF
          + " is not null";

  static final String CREDENTIALS_KEPT =
      "exists (select 1 from credential where mailbox_id = mailbox.id and role = 'SOURCE')";

  /** Of a mailbox m: final passes are due, and none can run, since its password is gone. */
  static final String WITHOUT_PASSWORD =
      "(m.cutover_at is not null and m.final_due_at is not null and m.copied_before"
          + " and m.state <> 'CANCELLED' and not exists (select 1 from credential k"
          + " where k.mailbox_id = m.id and k.role = 'SOURCE'))";

  private final Database database;
  private final Events events;

  LaterPasses(Database database, Events events) {
    this.database = database;
    this.events = events;
  }

  /**
   * Makes a pass due for each of some mailboxes, within the caller's transaction, which has locked
   * them and found them idle.
   *
   * @param actor who wants it, as the event says
   */
  void queue(List<String> mailboxIds, Pass kind, String actor, String reason) {
    for (List<String> some : Parts.of(mailboxIds, ROWS_AT_ONCE)) {
      queueSome(some, kind, actor, reason);
    }
  }

  private void queueSome(List<String> mailboxIds, Pass kind, String actor, String reason) {
    database
        .jdbc()
        .sql(
            "insert into pass (mailbox_id, migration_id, kind, state, due_at, priority, waits_for, host,"
                + " destination, created_at)"
                + " select id, "
                + ON_BEHALF_OF
                + ", :kind, 'WAITING', current_timestamp, priority, 'TURN', "
                + NamedMailboxes.HOST
                + ", destination_account, current_timestamp from mailbox where id in (:ids) and "
                + IDLE)
        .param("kind", kind.name())
        .param("ids", mailboxIds)
        .update();
    database
        .jdbc()
        .sql("update mailbox set state = 'QUEUED' where id in (:ids)")
        .param("ids", mailboxIds)
        .update();
    // In the order in which passes that end lock them.
    List<String> reopened =
        database
            .jdbc()
            .sql(
                "select id from migration where finished_at is not null and not cancelled"
                    + " and stage not in ('COMPLETE', 'CLOSED', 'CANCELLED') and id in"
                    + " (select migration_id from migration_mailbox where mailbox_id in (:ids))"
                    + " order by id for update")
            .param("ids", mailboxIds)
            .query(String.class)
            .list();
    if (!reopened.isEmpty()) {
      database
          .jdbc()
          .sql(
              "update migration set finished_at = null, report_due = false where id in (:reopened)")
          .param("reopened", reopened)
          .update();
    }
    events.addAll(
        mailboxIds.stream()
            .map(id -> new Event("mailbox", actor, null, id, null, null, "QUEUED", reason))
            .toList());
  }
}
