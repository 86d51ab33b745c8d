package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.model.status.Gauges;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.model.status.NodeStatus;

/** Source servers and nodes, and how much there is of everything. Thread-safe. */
final class FleetView {
  private static final String RUNNING_OF =
      " (select %1$s as name, count(*) as number from pass where state = 'RUNNING' group by %1$s)";

  private static final String HOSTS =
      "select h.name, coalesce(r.number, 0) as running, ("
          + Waits.ALLOWED
          + ") as allowed, h.configured, h.learned, h.reason,"
          + " case when h.not_before > current_timestamp then h.not_before end as not_before,"
          + " h.paused, coalesce(w.number, 0) as waiting from host h left join"
          + RUNNING_OF.formatted("host")
          + " r on r.name = h.name left join"
          + " (select host as name, count(*) as number from pass where state = 'WAITING'"
          + " and due_at <= current_timestamp group by host) w on w.name = h.name"
          + " order by coalesce(r.number, 0) + coalesce(w.number, 0) desc, h.name limit 1000";

  private static final String NODES =
      "select n.*, coalesce(r.number, 0) as running, case when n.stopped_at is null"
          + " and n.seen_at > current_timestamp - cast(:seconds as integer) * interval '1' second then 1 else 0 end as alive"
          + " from node n left join"
          + RUNNING_OF.formatted("owner")
          + " r on r.name = n.name order by alive desc, n.name limit 1000";

  private static final String WAITS =
      "select waits_now, count(*) as number from (select "
          + Waits.CODE
          + " as waits_now from pass p join mailbox m on m.id = p.mailbox_id"
          + Waits.JOINS
          + " where p.state = 'WAITING') w group by waits_now";

  private final Database database;
  private final Duration lease;

  FleetView(Database database, Duration lease) {
    this.database = database;
    this.lease = lease;
  }

  List<HostStatus> hosts() {
    return database.jdbc().sql(HOSTS).query((row, number) -> host(row)).list();
  }

  List<NodeStatus> nodes() {
    return database
        .jdbc()
        .sql(NODES)
        .param("seconds", lease.toSeconds())
        .query((row, number) -> node(row))
        .list();
  }

  Gauges gauges(Map<String, Long> problems) {
    return new Gauges(
        database
            .jdbc()
            .sql("select state, kind, count(*) as number from pass group by state, kind")
            .query(
                (row, number) ->
                    new Gauges.Passes(
                        Objects.requireNonNull(PassView.id(row.getString("state"))),
                        Pass.valueOf(row.getString("kind")).id(),
                        row.getLong("number")))
            .list(),
        waits(),
        problems,
        oldestDue(),
        hosts(),
        nodes());
  }

  private Map<String, Long> waits() {
    Map<String, Long> waits = new HashMap<>();
    database
        .jdbc()
        .sql(WAITS)
        .query(
            (ResultSet row) -> {
              String code = row.getString("waits_now");
              waits.put(WaitsFor.valueOf(code).id(), row.getLong("number"));
            });
    return waits;
  }

  private @Nullable Double oldestDue() {
    return database
        .jdbc()
        .sql(
            "select current_timestamp as now_at, min(due_at) as due_at from pass"
                + " where state = 'WAITING' and due_at <= current_timestamp")
        .query(
            (row, number) ->
                Times.instant(row, "due_at") == null
                    ? -1.0
                    : Duration.between(Times.present(row, "due_at"), Times.present(row, "now_at"))
                            .toMillis()
                        / 1000.0)
        .optional()
        .filter(seconds -> seconds >= 0)
        .orElse(null);
  }

  private static HostStatus host(ResultSet row) throws SQLException {
    return new HostStatus(
        row.getString("name"),
        row.getInt("running"),
        row.getInt("allowed"),
        row.getInt("configured"),
        row.getObject("learned", Integer.class),
        row.getString("reason"),
        Times.instant(row, "not_before"),
        row.getBoolean("paused"),
        row.getLong("waiting"));
  }

  private static NodeStatus node(ResultSet row) throws SQLException {
    return new NodeStatus(
        row.getString("name"),
        row.getString("kind"),
        row.getString("version"),
        row.getString("url"),
        Times.present(row, "started_at"),
        Times.present(row, "seen_at"),
        row.getInt("alive") == 1,
        row.getInt("running"));
  }
}
