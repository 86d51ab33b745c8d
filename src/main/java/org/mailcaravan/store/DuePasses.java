package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Pass;

/**
 * Finds the pass whose turn it is: by priority, of the pass before that of the migration; then turn
 * by turn between migrations; then the one that is due longest. One statement, which looks into an
 * index once for each open migration and goes on from there to the first pass that may run: ten
 * thousand that wait behind it are not looked at.
 *
 * <p>A migration with a pass that waits has no end ({@code finished_at}).
 */
final class DuePasses {
  /**
   * How many passes of a host may run at once. A server that has not answered yet, or says nothing
   * since a while, gets one until it answers.
   */
  static final String ALLOWED =
      "case when h.answered_at is null or h.failures > 1 or (h.failures > 0 and h.answered_at <"
          + " current_timestamp - interval '10' minute) then 1"
          + " when h.learned < h.configured then h.learned else h.configured end";

  /**
   * The hosts at which no pass begins now; and an empty name if any pass at all is due. Preflights
   * take places, and one is kept free for those that wait and may begin: else passes would hold
   * them for hours.
   */
  private static final String CLOSED_HOSTS =
      "select h.name from host h where h.paused or h.not_before > current_timestamp"
          + " union all select r.host from (select host from pass where state = 'RUNNING'"
          + " union all select host from preflight where state = 'RUNNING'"
          + " and lease_until > current_timestamp union all select w.host from"
          + " (select distinct host from preflight where state = 'WAITING'"
          + " and due_at <= current_timestamp and until_at > current_timestamp) w"
          + " where exists (select 1 from preflight f join mailbox x on x.id = f.mailbox_id"
          + " join migration m on m.id = f.migration_id where f.host = w.host"
          + " and f.state = 'WAITING' and f.due_at <= current_timestamp"
          + " and f.until_at > current_timestamp and not x.paused and not m.paused and "
          + PreflightRows.WANTED
          + ")) r left join host h on h.name = r.host group by r.host having count(*) >= max("
          + ALLOWED
          + ") union all select '' where exists (select 1 from pass where state = 'WAITING'"
          + " and due_at <= current_timestamp)";

  private static final String ANY = "";

  /** Of a pass p: no node looks at its mailbox at this moment. */
  static final String NOT_LOOKED_AT =
      " and not exists (select 1 from preflight f where f.mailbox_id = p.mailbox_id"
          + " and f.state = 'RUNNING' and f.lease_until > current_timestamp)";

  /**
   * Of a pass p that any node may run: its window is closed. A command runs its own at once; INBOX
   * alone may be copied where the policy says so, and goes on where that has changed since.
   */
  static final String CLOSED_FOR =
      "p.only_node is null and not (p.state = 'RUNNING' and coalesce(p.inbox, '') = 'ONLY')"
          + " and exists (select 1 from mailbox m"
          + " join time_window w on "
          + TimeWindows.CLOSED
          + " where m.id = p.mailbox_id and not (p.state = 'WAITING' and "
          + TimeWindows.INBOX_WAITS
          + "))";

  /** Of a pass p that waits: if it begins now, only INBOX is copied. */
  private static final String INBOX_ONLY =
      "p.only_node is null and exists (select 1 from mailbox m join time_window w on "
          + TimeWindows.CLOSED
          + " where m.id = p.mailbox_id and "
          + TimeWindows.INBOX_WAITS
          + ")";

  /** Of a pass p that this node may run now, apart from its migration: node, hosts, node. */
  private static final String FREE =
      "p.state = 'WAITING' and p.due_at <= current_timestamp and not p.start_asked"
          + " and (p.only_node is null or p.only_node = ?) and p.host <> all(?)"
          + " and not exists (select 1 from pass d where d.running_into = p.destination)"
          + NOT_LOOKED_AT
          + " and not exists (select 1 from mailbox x where x.id = p.mailbox_id and (x.paused or x.node <> ?))"
          + " and not ("
          + CLOSED_FOR
          + ")";

  /** All of it, so that both databases read the index pass_by_turn in its order. */
  private static final String ORDER =
      " order by p.migration_id, p.state, p.priority desc, p.due_at, p.id limit 1";

  // "offset 0" keeps PostgreSQL from looking for the first pass again to sort by it; it would read
  // all passes to join them.
  private static final String MIGRATION =
      "select c.id from (select m.id, m.priority, m.served_at, (select p.id from pass p"
          + " where p.migration_id = m.id and "
          + FREE
          + ORDER
          + ") as first_pass from migration m"
          + " where m.finished_at is null and not m.paused and not m.cancelled offset 0) c"
          + " where c.first_pass is not null"
          + " order by (select q.priority from pass q where q.id = c.first_pass) desc, c.priority desc,"
          + " c.served_at nulls first, (select q.due_at from pass q where q.id = c.first_pass), c.first_pass"
          + " limit 1";

  private static final String PASS =
      "select p.id as pass_id, p.fence, p.attempts, p.started_at, p.kind as pass, p.host, p.destination,"
          + " p.migration_id, "
          + INBOX_ONLY
          + " as inbox_only, b.*, (select min(n.row_number) from migration_mailbox n"
          + " where n.migration_id = p.migration_id and n.mailbox_id = p.mailbox_id) as row_number"
          + " from pass p join mailbox b on b.id = p.mailbox_id where ";

  private final Database database;
  private final String node;

  DuePasses(Database database, String node) {
    this.database = database;
    this.node = node;
  }

  /** A pass that waits, as it was when it was found. */
  record Due(
      long pass,
      long fence,
      int attempts,
      boolean begun,
      boolean inboxOnly,
      String host,
      String destination,
      Mailbox mailbox) {}

  /** The migration whose turn it is, and the hosts at which nobody begins now. */
  record Turn(String migration, List<String> closedHosts) {}

  /** Whose turn it is, if any pass may run here now. One statement when nothing is due. */
  Optional<Turn> turn() {
    List<String> names = database.jdbc().sql(CLOSED_HOSTS).query(String.class).list();
    if (!names.contains(ANY)) {
      return Optional.empty();
    }
    List<String> closed = names.stream().filter(name -> !name.equals(ANY)).distinct().toList();
    return database
        .jdbc()
        .sql(MIGRATION)
        .params(node, closed.toArray(String[]::new), node)
        .query((row, index) -> new Turn(row.getString(1), closed))
        .optional();
  }

  /**
   * The first pass of the migration whose turn it is. On PostgreSQL it is locked, and its mailbox;
   * one that others have locked is left out.
   */
  Optional<Due> first(Turn turn) {
    return database
        .jdbc()
        .sql(PASS + "p.migration_id = ? and " + FREE + ORDER + lock())
        .params(turn.migration, node, turn.closedHosts.toArray(String[]::new), node)
        .query((row, index) -> due(row))
        .optional();
  }

  /** The same for the pass of a mailbox that waits, whether it is due or not. */
  Optional<Due> of(String mailboxId) {
    return database
        .jdbc()
        .sql(
            PASS
                + "p.mailbox_id = ? and p.state = 'WAITING'"
                + NOT_LOOKED_AT
                + " order by p.id limit 1"
                + lock())
        .param(mailboxId)
        .query((row, index) -> due(row))
        .optional();
  }

  /**
   * On H2, where only this program claims, nothing is locked: it would execute the conditions anew
   * for each row that it looks at.
   */
  private String lock() {
    return database.isPostgres() ? " for update of p, b skip locked" : "";
  }

  private static Due due(ResultSet row) throws SQLException {
    return new Due(
        row.getLong("pass_id"),
        row.getLong("fence"),
        row.getInt("attempts"),
        row.getTimestamp("started_at") != null,
        row.getBoolean("inbox_only"),
        row.getString("host"),
        row.getString("destination"),
        StoredMailbox.of(row, Pass.valueOf(row.getString("pass"))));
  }
}
