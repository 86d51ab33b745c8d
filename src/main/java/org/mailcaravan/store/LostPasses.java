package org.mailcaravan.store;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Control;
import org.mailcaravan.model.Event;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.model.Where;

/**
 * The passes whose lease has ended: their node was killed, stands still, or does not reach the
 * database. They wait again, with the next fence; one that has cost several nodes in a row, and has
 * brought nothing more each time, ends, so that it does not cost the others too. One that was to be
 * cancelled ends. One in which a transaction of its last owner is still open is left until that has
 * ended.
 */
final class LostPasses {
  private static final int AT_ONCE = 100;

  /** How much the ledger knows of the mailbox of a pass: messages, contacts and events. */
  private static final String RECORDED =
      "(select coalesce(sum(r.length), 0) from mailbox m join folder_pair f"
          + " on f.source_account = m.source_account join copied_range r on r.folder_pair_id = f.id"
          + " where m.id = pass.mailbox_id) + (select count(*) from mailbox m join groupware_collection c"
          + " on c.account = m.destination_address join stored_resource s on s.collection_id = c.id"
          + " where m.id = pass.mailbox_id)";

  private final Database database;
  private final Events events;
  private final WaitingPasses waiting;
  private final AbandonedPasses abandoned;
  private final int most;

  /**
   * @param most how often in a row a pass is taken over without anything more being recorded
   */
  LostPasses(Database database, Events events, int most) {
    this.database = database;
    this.events = events;
    this.waiting = new WaitingPasses(database);
    this.abandoned = new AbandonedPasses(database, events);
    this.most = most;
  }

  /**
   * A lost pass.
   *
   * @param takeovers how often in a row it was taken over before
   * @param recordedThen how much was recorded the last time; less than nothing at the first
   * @param recorded how much is recorded now
   */
  private record Lost(
      long pass,
      String mailbox,
      String migration,
      String host,
      String owner,
      @Nullable String control,
      int takeovers,
      long recordedThen,
      long recorded,
      long copied,
      long bytes) {
    boolean wants(Control wanted) {
      return wanted.name().equals(control);
    }

    AbandonedPasses.Open open() {
      return new AbandonedPasses.Open(pass, mailbox, migration, copied, bytes);
    }

    int inARow() {
      return recorded > recordedThen ? 1 : takeovers + 1;
    }
  }

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
                      "select pass.*, "
                          + RECORDED
                          + " as recorded from pass where state = 'RUNNING' and lease_until < current_timestamp"
                          + " order by id limit ? for update skip locked")
                  .param(AT_ONCE)
                  .query(
                      (row, index) ->
                          new Lost(
                              row.getLong("id"),
                              row.getString("mailbox_id"),
                              row.getString("migration_id"),
                              row.getString("host"),
                              row.getString("owner"),
                              row.getString("control"),
                              row.getInt("takeovers"),
                              row.getLong("recorded_at_takeover"),
                              row.getLong("recorded"),
                              row.getLong("copied_before"),
                              row.getLong("bytes_before")))
                  .list();
          lost.forEach(this::putBack);
          return lost.size();
        });
  }

  private void putBack(Lost lost) {
    if (lost.wants(Control.CANCEL)) {
      abandoned.cancel(List.of(lost.open()), "claims");
      return;
    }
    if (lost.inARow() > most) {
      abandoned.end(List.of(lost.open()), problem(lost), "claims");
      return;
    }
    Optional<String> unused =
        database
            .jdbc()
            .sql("select id from mailbox where id = ? for update")
            .param(lost.mailbox)
            .query(String.class)
            .optional();
    boolean named = waiting.takePlaceOfAnother(lost.pass, lost.mailbox);
    String reason = "node " + lost.owner + " lost it: its lease ended";
    database
        .jdbc()
        .sql(
            "update pass set state = 'WAITING', fence = fence + 1, takeovers = ?, recorded_at_takeover = ?,"
                + " waits_for = ?, reason = ?, "
                + Claims.LET_GO
                + " where id = ?")
        .params(
            named ? 0 : lost.inARow(),
            lost.recorded,
            (lost.wants(Control.PAUSE) && !named ? WaitsFor.RESUME : WaitsFor.TURN).name(),
            reason,
            lost.pass)
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

  private static Problem problem(Lost lost) {
    return new Problem(
        ProblemCode.FAULT,
        Where.MAILBOX,
        "%d times in a row the node that ran the pass died or fell silent before anything more was recorded, the last time %s"
            .formatted(lost.inARow(), lost.owner),
        Owner.US,
        "Look into the logs of the nodes and of their machines for what ended them, such as a lack of memory, and"
            + " report it if it is a fault of the program. Then retry the mailbox; what has arrived will not be"
            + " copied twice.");
  }
}
