package org.mailcaravan.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Window;

/**
 * When the mailboxes of a migration will be copied by about. Asked anew each time: a few
 * statements, however many mailboxes. Thread-safe.
 */
public final class Forecasts {
  /** Passes that brought less say nothing of how fast a server is. */
  private static final long TELLING_BYTES = 1 << 20;

  private static final int LAST_PASSES = 50;

  /** Of a pass p: one that brings all, which runs, or waits for nothing that a person has to do. */
  private static final String GOES_ON =
      "p.kind = 'FIRST' and p.state in ('WAITING', 'RUNNING')"
          + " and (p.waits_for is null or p.waits_for not in ('PASSWORD', 'MAILBOX', 'RESUME'))"
          + " and not p.start_asked";

  /** Of a preflight f: its pass goes on. */
  private static final String OPEN =
      "exists (select 1 from pass p where p.mailbox_id = f.mailbox_id and " + GOES_ON + ")";

  /** Of a pass p: what it has brought already. */
  private static final String BROUGHT =
      "p.bytes_before + case when p.state = 'RUNNING' then p.bytes_done else 0 end";

  /** Other migrations that copy from the same server at the same time. */
  private record Others(long bytes, int migrations) {}

  private final Database database;
  private final HostLimits limits;
  private final int atOnce;
  private final double usualRate;
  private final ToLongFunction<String> bytesADay;
  private final @Nullable Window standard;
  private final Clock clock;
  private final ZoneId zone;

  /**
   * @param atOnce how many mailboxes are copied at the same time
   * @param usualRate octets a second of one mailbox, where nothing was copied from its server yet
   * @param bytesADay what a server, by host and port, gives of one mailbox within a day; 0 when
   *     that is not limited
   * @param standard when passes may run whose requests name no window; null for at any time
   * @param zone in which times are rounded
   */
  public Forecasts(
      Database database,
      HostLimits limits,
      int atOnce,
      double usualRate,
      ToLongFunction<String> bytesADay,
      @Nullable Window standard,
      Clock clock,
      ZoneId zone) {
    this.database = database;
    this.limits = limits;
    this.atOnce = atOnce;
    this.usualRate = usualRate;
    this.bytesADay = bytesADay;
    this.standard = standard;
    this.clock = clock;
    this.zone = zone;
  }

  /** Mailboxes of a host with the same window; null for at any time. */
  private record Together(String host, @Nullable Window window) {}

  private static final class Left {
    private final List<Long> bytes = new ArrayList<>();
    private int unknown;
    private Instant from = Instant.MIN;

    private long sum() {
      return bytes.stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Whether all mailboxes that a migration has are copied, and none waits to be copied again.
   *
   * @param migrationId of a migration that has mailboxes
   */
  public boolean isCopied(String migrationId) {
    return database
        .jdbc()
        .sql(
            "select 1 from migration_mailbox mm join mailbox m on m.id = mm.mailbox_id"
                + " where mm.migration_id = ? and m.state <> 'COPIED' limit 1")
        .param(migrationId)
        .query(Integer.class)
        .list()
        .isEmpty();
  }

  /** Keeps what is told of a migration first: a slip is what is later than that. */
  public void told(String migrationId, Expected expected) {
    int unused =
        database
            .jdbc()
            .sql(
                "update migration set forecast_first = :at, forecast_told = :at where id = :id"
                    + " and forecast_told is null")
            .param("at", expected.doneBy().atOffset(ZoneOffset.UTC))
            .param("id", migrationId)
            .update();
  }

  /**
   * When everything is copied that waits for nobody.
   *
   * @param doneBy by about
   * @param parts in how many windows; 0 where passes may always run
   * @param nights whether each of these is a night
   */
  public record Expected(Instant doneBy, int parts, boolean nights) {}

  /**
   * When everything is copied by about that waits for nobody; empty when that cannot be known yet,
   * or nothing is left.
   */
  public Optional<Expected> of(String migrationId) {
    Instant now = clock.instant();
    Expected last = null;
    for (Map.Entry<Together, Left> each : left(migrationId).entrySet()) {
      String host = each.getKey().host();
      Left left = each.getValue();
      Optional<Duration> time =
          Forecast.of(left.bytes, left.unknown, before(migrationId, host, left.sum()), pace(host));
      if (time.isEmpty()) {
        return Optional.empty();
      }
      Instant from = left.from.isAfter(now) ? left.from : now;
      Expected end = expected(now, from, time.get(), each.getKey().window());
      last = last == null || end.doneBy.isAfter(last.doneBy) ? end : last;
    }
    return Optional.ofNullable(last);
  }

  private Expected expected(Instant now, Instant from, Duration time, @Nullable Window window) {
    if (window == null) {
      Duration left = Duration.between(now, from.plus(time));
      return new Expected(Forecast.rounded(now.atZone(zone), left), 0, false);
    }
    Window.Fitted fitted = window.fit(from, time);
    return new Expected(
        Forecast.halfHour(fitted.ends().atZone(zone)), fitted.spans(), fitted.nights());
  }

  private Map<Together, Left> left(String migrationId) {
    Map<Together, Left> all = new HashMap<>();
    database
        .jdbc()
        .sql(
            "select f.host, greatest(0, f.bytes - ("
                + BROUGHT
                + ")) as bytes, p.not_before,"
                + " coalesce(m.time_window, m.policy_window) as time_window from preflight f"
                + " join mailbox m on m.id = f.mailbox_id"
                // One that a request names again while its pass runs has two.
                + " join pass p on p.id = (select min(p.id) from pass p where p.mailbox_id = f.mailbox_id and "
                + GOES_ON
                + ") where f.migration_id = ? and f.state <> 'SKIPPED'"
                // Where nothing could be counted, its pass is refused as well.
                + " and (f.state <> 'ENDED' or f.bytes is not null)"
                // Nor can it begin where the new server refuses the login.
                + " and (f.findings is null or f.findings not like '%\"destination\":{\"ok\":false%')")
        .param(migrationId)
        .query(
            row -> {
              String text = row.getString("time_window");
              Window window = text == null ? standard : Window.parse(text, ZoneOffset.UTC);
              Left left =
                  all.computeIfAbsent(
                      new Together(row.getString("host"), window), together -> new Left());
              Instant from = Times.instant(row, "not_before");
              left.from = from == null || from.isBefore(left.from) ? left.from : from;
              long bytes = row.getLong("bytes");
              if (row.wasNull()) {
                left.unknown++;
              } else {
                left.bytes.add(bytes);
              }
            });
    return all;
  }

  /**
   * Migrations take turns, so that of each other at most as much comes before.
   *
   * @param own octets of this migration there
   */
  private long before(String migrationId, String host, long own) {
    Others others = others(migrationId, host);
    return Math.min(others.bytes, own * others.migrations);
  }

  private Others others(String migrationId, String host) {
    return database
        .jdbc()
        .sql(
            "select coalesce(sum(f.bytes), 0), count(distinct f.migration_id) from preflight f where f.host = ? and f.migration_id < ?"
                + " and f.state = 'ENDED' and "
                + OPEN)
        .params(host, migrationId)
        .query((row, number) -> new Others(row.getLong(1), row.getInt(2)))
        .single();
  }

  private Forecast.Pace pace(String host) {
    double rate =
        database
            .jdbc()
            .sql(
                "select coalesce(sum(bytes), 0) / greatest(coalesce(sum(seconds), 0), 1) from (select"
                    + " cast(bytes_done as double precision) as bytes,"
                    + " cast(extract(epoch from ended_at) - extract(epoch from started_at) as double precision)"
                    + " as seconds from pass where host = ? and state = 'ENDED' and started_at is not null"
                    + " and bytes_done >= "
                    + TELLING_BYTES
                    + " order by id desc limit "
                    + LAST_PASSES
                    + ") ended")
            .param(host)
            .query(Double.class)
            .single();
    return new Forecast.Pace(
        rate > 0 ? rate : usualRate,
        bytesADay.applyAsLong(host),
        Math.max(1, Math.min(atOnce, limits.of(host))));
  }
}
