package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.WaitsFor;

/**
 * Why a waiting pass does not run yet. Its row says why it was given back; whether it waits for a
 * person, a host or a destination by now is seen from the other rows, so that a pause of ten
 * thousand mailboxes is one row.
 */
final class Waits {
  /** How many passes of the host h may run now. */
  static final String ALLOWED =
      "case when h.paused or h.not_before > current_timestamp then 0 else "
          + DuePasses.ALLOWED
          + " end";

  /** What {@link #CODE} and {@link #reason} need beside the pass p and its mailbox m. */
  static final String JOINS =
      " left join migration g on g.id = p.migration_id"
          + " left join host h on h.name = p.host"
          + " left join (select host, count(*) as running from pass where state = 'RUNNING'"
          + " group by host) r on r.host = p.host"
          + " left join node n on n.name = coalesce(p.only_node, m.node)"
          + " left join time_window w on p.only_node is null and "
          + TimeWindows.CLOSED
          + " and not "
          + TimeWindows.INBOX_WAITS;

  /** The name of a {@link WaitsFor}, or null for a pass that does not wait. */
  static final String CODE =
      "case when p.state <> 'WAITING' then null"
          + " when m.paused or g.paused or h.paused then 'RESUME'"
          + " when p.start_asked then 'START'"
          + " when p.due_at > current_timestamp then coalesce(p.waits_for, 'TURN')"
          + " when h.not_before > current_timestamp then 'HOST'"
          + " when r.running >= ("
          + ALLOWED
          + ") then 'HOST'"
          + " when exists (select 1 from pass d where d.running_into = p.destination) then 'DESTINATION'"
          + " when coalesce(p.only_node, m.node) is not null"
          + " and (n.name is null or n.stopped_at is not null) then 'NODE'"
          + " when w.text is not null then 'WINDOW'"
          + " else 'TURN' end";

  /** The columns that {@link #reason} reads. */
  static final String COLUMNS =
      CODE
          + " as waits_now, p.waits_for, p.reason, p.inbox, m.paused as mailbox_paused,"
          + " g.paused as migration_paused, h.paused as host_paused, h.reason as host_reason,"
          + " h.not_before, r.running, ("
          + ALLOWED
          + ") as allowed, coalesce(p.only_node, m.node) as bound_to, case when w.opens_at > current_timestamp then w.opens_at end as opens_at, p.wanted_start, p.start_asked";

  private Waits() {}

  /** The id of what a pass waits for, or null. */
  static @Nullable String code(ResultSet row) throws SQLException {
    String code = row.getString("waits_now");
    return code == null ? null : WaitsFor.valueOf(code).id();
  }

  /** The reason in words; null where the code says all. */
  static @Nullable String reason(ResultSet row) throws SQLException {
    String code = row.getString("waits_now");
    if (code == null) {
      return null;
    }
    String stored = code.equals(row.getString("waits_for")) ? row.getString("reason") : null;
    return switch (WaitsFor.valueOf(code)) {
      case RESUME -> paused(row);
      case HOST -> host(row);
      case DESTINATION -> "another pass runs into the same account at the new server";
      case NODE -> "only the node " + row.getString("bound_to") + " can run it, which does not run";
      case PREFLIGHT -> stored == null ? "both sides are looked at first" : stored;
      case START -> start(row);
      case WINDOW -> window(row);
      case TURN, RETRY, SERVER, MAILBOX, PASSWORD -> stored;
    };
  }

  private static String paused(ResultSet row) throws SQLException {
    if (row.getBoolean("mailbox_paused")) {
      return "a person has paused it";
    }
    return row.getBoolean("migration_paused")
        ? "a person has paused its migration"
        : "a person has paused its host";
  }

  private static String host(ResultSet row) throws SQLException {
    String why = row.getString("host_reason");
    Instant notBefore = Times.instant(row, "not_before");
    int allowed = row.getInt("allowed");
    String told =
        notBefore != null && allowed == 0
            ? "nobody begins there before " + words(notBefore)
            : String.format(
                Locale.ROOT,
                "%d of %d mailboxes run that may run at once",
                row.getInt("running"),
                allowed);
    return why == null ? told : told + ": " + why;
  }

  private static String start(ResultSet row) throws SQLException {
    Instant wanted = Times.instant(row, "wanted_start");
    if (wanted == null) {
      return "its request asked for this time";
    }
    return "its request asked for "
        + words(wanted)
        + ", which was too soon"
        + (row.getBoolean("start_asked") ? "; its sender has to name another time" : "");
  }

  private static String window(ResultSet row) throws SQLException {
    Instant opens = Times.instant(row, "opens_at");
    String told = opens == null ? "its window is closed" : "its window opens at " + words(opens);
    return "DONE".equals(row.getString("inbox")) ? "INBOX is copied; " + told : told;
  }

  /** A time as reasons say it. */
  static String words(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ').replace("Z", " UTC");
  }

  /** Whether a person has paused the mailbox, its migration or its host. */
  static boolean isPaused(ResultSet row) throws SQLException {
    return row.getBoolean("mailbox_paused")
        || row.getBoolean("migration_paused")
        || row.getBoolean("host_paused");
  }
}
