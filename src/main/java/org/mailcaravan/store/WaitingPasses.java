package org.mailcaravan.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps it at one pass that waits for a mailbox: a request may have named it while its pass ran,
 * and that pass may have to wait again. The database itself refuses a second one ({@code
 * pass_waiting}). Thread-safe.
 */
final class WaitingPasses {
  private final Database database;

  WaitingPasses(Database database) {
    this.database = database;
  }

  private record Other(
      long id,
      String migration,
      String kind,
      int priority,
      String host,
      String destination,
      @Nullable String onlyNode) {}

  /**
   * To be called before a pass that runs is made to wait, in the same transaction, with its row
   * locked and then that of its mailbox: a request that names the mailbox has that locked until its
   * pass can be seen. Another one that waits for the mailbox has not begun; the pass takes its
   * place, with what it has done so far, and is to be due as that one was: at once.
   *
   * @return whether there was another
   */
  boolean takePlaceOfAnother(long pass, String mailbox) {
    Optional<Other> other =
        database
            .jdbc()
            .sql(
                "select id, migration_id, kind, priority, host, destination, only_node from pass"
                    + " where mailbox_id = ? and state = 'WAITING' for update")
            .param(mailbox)
            .query(
                (row, index) ->
                    new Other(
                        row.getLong("id"),
                        row.getString("migration_id"),
                        row.getString("kind"),
                        row.getInt("priority"),
                        row.getString("host"),
                        row.getString("destination"),
                        row.getString("only_node")))
            .optional();
    other.ifPresent(each -> takePlace(pass, each));
    return other.isPresent();
  }

  private void takePlace(long pass, Other other) {
    database.jdbc().sql("delete from pass where id = ?").param(other.id).update();
    database
        .jdbc()
        .sql(
            "update pass set migration_id = ?, kind = ?, priority = ?, host = ?, destination = ?,"
                + " only_node = ? where id = ?")
        .params(
            other.migration,
            other.kind,
            other.priority,
            other.host,
            other.destination,
            other.onlyNode,
            pass)
        .update();
  }
}
