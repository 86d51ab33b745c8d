package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.status.EventLine;
import org.mailcaravan.model.status.PassFilter;
import org.mailcaravan.model.status.PassStatus;

/** The rows of passes, and the events around them. Thread-safe. */
final class PassView {
  private static final String SELECT =
      "select p.id, p.mailbox_id, p.migration_id, p.kind, p.state, p.due_at, p.priority, p.attempts,"
          + " p.host, p.destination, p.only_node, p.owner, p.lease_until, p.fence, p.control,"
          + " p.created_at, p.started_at, p.ended_at, p.messages_done, p.messages_total, p.bytes_done,"
          + " p.bytes_total, p.progress_at, p.outcome, "
          + Waits.COLUMNS
          + " from (select p.id, p.mailbox_id, p.migration_id, p.kind, p.state, p.due_at, p.priority,"
          + " p.attempts, p.waits_for, p.reason, p.wanted_start, p.start_asked, p.inbox, p.host, p.destination, p.only_node,"
          + " p.owner, p.lease_until, p.fence, p.control, p.created_at, p.started_at, p.ended_at,"
          + " p.messages_done, p.messages_total, p.bytes_done, p.bytes_total, p.progress_at, p.outcome"
          + " from pass p where %s order by p.id desc limit %d) p"
          + " join mailbox m on m.id = p.mailbox_id"
          + Waits.JOINS
          + " order by p.id desc";

  private static final String EVENTS =
      "select e.*, " + Events.SOURCE + " from event e where %s order by e.number desc limit :limit";

  private final Database database;

  PassView(Database database) {
    this.database = database;
  }

  /** A page, newest first. */
  List<PassStatus> page(PassFilter filter, @Nullable Long before, int limit) {
    List<String> conditions = new ArrayList<>();
    Map<String, Object> params = new HashMap<>();
    if (filter.migration() != null) {
      conditions.add("p.migration_id = :migration");
      params.put("migration", filter.migration());
    }
    if (filter.mailbox() != null) {
      conditions.add("p.mailbox_id = :mailbox");
      params.put("mailbox", filter.mailbox());
    }
    if (filter.state() != null) {
      conditions.add("p.state = :state");
      params.put("state", filter.state().toUpperCase(Locale.ROOT));
    }
    if (before != null) {
      conditions.add("p.id < :before");
      params.put("before", before);
    }
    String where = conditions.isEmpty() ? "1 = 1" : String.join(" and ", conditions);
    return select(where, params, limit);
  }

  /** One by its number. */
  List<PassStatus> one(long id) {
    return select("p.id = :id", Map.of("id", id), 1);
  }

  private List<PassStatus> select(String where, Map<String, ?> params, int limit) {
    return database
        .jdbc()
        .sql(String.format(Locale.ROOT, SELECT, where, limit))
        .params(params)
        .query((row, index) -> status(row))
        .list();
  }

  /** The last events of a mailbox, and of its migrations as a whole; oldest first. */
  List<EventLine> eventsOfMailbox(String id, int limit) {
    String own = String.format(Locale.ROOT, EVENTS, "mailbox_id = :id");
    String whole =
        String.format(
            Locale.ROOT,
            EVENTS,
            "mailbox_id is null and migration_id in"
                + " (select migration_id from migration_mailbox where mailbox_id = :id)");
    return events(
        "select * from (("
            + own
            + ") union all ("
            + whole
            + ")) e order by number desc limit :limit",
        id,
        limit);
  }

  /** The last events of a migration and its mailboxes, oldest first. */
  List<EventLine> eventsOfMigration(String id, int limit) {
    return events(String.format(Locale.ROOT, EVENTS, "migration_id = :id"), id, limit);
  }

  private List<EventLine> events(String sql, String id, int limit) {
    List<EventLine> newestFirst =
        new ArrayList<>(
            database
                .jdbc()
                .sql(sql)
                .param("id", id)
                .param("limit", limit)
                .query((row, index) -> event(row))
                .list());
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  private static EventLine event(ResultSet row) throws SQLException {
    return new EventLine(
        row.getLong("number"),
        Times.present(row, "at"),
        row.getString("kind"),
        row.getString("actor"),
        row.getString("node"),
        row.getString("migration_id"),
        row.getString("mailbox_id"),
        row.getString("source"),
        row.getObject("pass_id", Long.class),
        row.getString("host"),
        id(row.getString("state")),
        row.getString("reason"));
  }

  private static PassStatus status(ResultSet row) throws SQLException {
    return new PassStatus(
        row.getLong("id"),
        row.getString("mailbox_id"),
        row.getString("migration_id"),
        Pass.valueOf(row.getString("kind")).id(),
        Objects.requireNonNull(id(row.getString("state"))),
        Times.present(row, "due_at"),
        row.getInt("priority"),
        Waits.code(row),
        Waits.reason(row),
        row.getInt("attempts"),
        row.getString("host"),
        row.getString("destination"),
        row.getString("only_node"),
        row.getString("owner"),
        Times.instant(row, "lease_until"),
        row.getLong("fence"),
        id(row.getString("control")),
        Times.present(row, "created_at"),
        Times.instant(row, "started_at"),
        Times.instant(row, "ended_at"),
        row.getLong("messages_done"),
        Times.known(row, "messages_total"),
        row.getLong("bytes_done"),
        Times.known(row, "bytes_total"),
        Times.instant(row, "progress_at"),
        id(row.getString("outcome")));
  }

  /** The name of a constant as JSON shows it. */
  static @Nullable String id(@Nullable String name) {
    return name == null ? null : name.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
