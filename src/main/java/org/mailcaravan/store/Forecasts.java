package org.mailcaravan.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.mailcaravan.model.HostLimits;

/**
 * When the mailboxes of a migration will be copied by about. Asked anew each time: a few
 * statements, however many mailboxes. Thread-safe.
 */
public final class Forecasts {
  /** Passes that brought less say nothing of how fast a server is. */
  private static final long TELLING_BYTES = 1 << 20;

  private static final int LAST_PASSES = 50;

  /** Of a preflight f: its pass runs, or waits for nothing that a person has to do. */
  private static final String OPEN =
      "exists (select 1 from pass p where p.mailbox_id = f.mailbox_id and p.state in ('WAITING', 'RUNNING')"
          + " and (p.waits_for is null or p.waits_for not in ('PASSWORD', 'MAILBOX', 'RESUME')))";

  /** Other migrations that copy from the same server at the same time. */
  private record Others(long bytes, int migrations) {}

  private final Database database;
  private final HostLimits limits;
  private final int atOnce;
  private final double usualRate;
  private final ToLongFunction<String> bytesADay;
  private final Clock clock;
  private final ZoneId zone;

  /**
   * @param atOnce how many mailboxes are copied at the same time
   * @param usualRate octets a second of one mailbox, where nothing was copied from its server yet
   * @param bytesADay what a server, by host and port, gives of one mailbox within a day; 0 when
   *     that is not limited
   * @param zone in which times are rounded
   */
  public Forecasts(
      Database database,
      HostLimits limits,
      int atOnce,
      double usualRate,
      ToLongFunction<String> bytesADay,
      Clock clock,
      ZoneId zone) {
    this.database = database;
    this.limits = limits;
    this.atOnce = atOnce;
    this.usualRate = usualRate;
    this.bytesADay = bytesADay;
    this.clock = clock;
    this.zone = zone;
  }

  private static final class OfHost {
    private final List<Long> bytes = new ArrayList<>();
    private int unknown;

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

  /**
   * When everything is copied by about that waits for nobody; empty when that cannot be known yet,
   * or nothing is left.
   */
  public Optional<Instant> doneBy(String migrationId) {
    Map<String, OfHost> hosts = left(migrationId);
    Duration longest = null;
    for (Map.Entry<String, OfHost> host : hosts.entrySet()) {
      Optional<Duration> time =
          Forecast.of(
              host.getValue().bytes,
              host.getValue().unknown,
              before(migrationId, host.getKey(), host.getValue().sum()),
              pace(host.getKey()));
      if (time.isEmpty()) {
        return Optional.empty();
      }
      longest = longest == null || time.get().compareTo(longest) > 0 ? time.get() : longest;
    }
    return Optional.ofNullable(longest)
        .map(left -> Forecast.rounded(clock.instant().atZone(zone), left));
  }

  private Map<String, OfHost> left(String migrationId) {
    Map<String, OfHost> hosts = new HashMap<>();
    database
        .jdbc()
        .sql(
            "select f.host, f.bytes from preflight f where f.migration_id = ? and f.state <> 'SKIPPED'"
                // Where nothing could be counted, its pass is refused as well.
                + " and (f.state <> 'ENDED' or f.bytes is not null)"
                // Nor can it begin where the new server refuses the login.
                + " and (f.findings is null or f.findings not like '%\"destination\":{\"ok\":false%') and "
                + OPEN)
        .param(migrationId)
        .query(
            row -> {
              OfHost host = hosts.computeIfAbsent(row.getString(1), name -> new OfHost());
              long bytes = row.getLong(2);
              if (row.wasNull()) {
                host.unknown++;
              } else {
                host.bytes.add(bytes);
              }
            });
    return hosts;
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
