package org.mailcaravan.store;

import java.util.List;
import org.mailcaravan.model.Control;
import org.mailcaravan.model.Event;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.WaitsFor;

/**
 * The passes whose lease has ended: their node was killed, stands still, or does not reach the
 * database. They wait again, with the next fence. One in which a transaction of its last owner is
 * still open is left until that has ended. One that was to be cancelled keeps running for {@link
 * DuePasses#lostCancelled}: its next owner ends it.
 */
final class LostPasses {
  private static final int AT_ONCE = 100;

  private final Database database;
  private final Events events;

  LostPasses(Database database, Events events) {
    this.database = database;
    this.events = events;
  }

  /** A lost pass. */
  private record Lost(
      long pass, String mailbox, String migration, String host, String owner, boolean paused) {}

  /**
   * Puts them back.
   *
   * @return how many
   */
  int putBack() {
    return database.inTransaction(
        () -> {
          List<Lost> lost =
              database
                  .jdbc()
                  .sql(
                      "select id, mailbox_id, migration_id, host, owner, control from pass"
                          + " where state = 'RUNNING' and lease_until < current_timestamp"
                          + " and (control is null or control <> 'CANCEL') order by id limit ?"
                          + " for update skip locked")
                  .param(AT_ONCE)
                  .query(
                      (row, index) ->
                          new Lost(
                              row.getLong("id"),
                              row.getString("mailbox_id"),
                              row.getString("migration_id"),
                              row.getString("host"),
                              row.getString("owner"),
                              Control.PAUSE.name().equals(row.getString("control"))))
                  .list();
          lost.forEach(this::putBack);
          return lost.size();
        });
  }

  private void putBack(Lost lost) {
    String reason = "node " + lost.owner + " lost it: its lease ended";
    database
        .jdbc()
        .sql(
            "update pass set state = 'WAITING', fence = fence + 1, takeovers = takeovers + 1, owner = null,"
                + " lease_until = null, running_into = null, control = null, waits_for = ?, reason = ?"
                + " where id = ?")
        .params((lost.paused ? WaitsFor.RESUME : WaitsFor.TURN).name(), reason, lost.pass)
        .update();
    database
        .jdbc()
        .sql("update mailbox set state = ? where id = ?")
        .params(MailboxState.QUEUED.name(), lost.mailbox)
        .update();
    events.addAll(
        List.of(
            new Event(
                "pass",
                "claims",
                lost.migration,
                lost.mailbox,
                lost.pass,
                lost.host,
                MailboxState.QUEUED.name(),
                reason)));
  }
}
