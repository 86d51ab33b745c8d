package org.mailcaravan.store;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what migrations were told of when they are copied, and tells when that slips: the bean
 * {@code slipped-forecasts} of the routes. Thread-safe.
 */
public final class SlippedForecasts {
  /** The state of the event. */
  public static final String STATE = "SLIPPED";

  private static final Logger LOG = LoggerFactory.getLogger(SlippedForecasts.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEEE, d MMMM HH:mm z", Locale.ENGLISH);

  /** Less is within what "about" means. */
  private static final Duration LEAST = Duration.ofHours(2);

  /** Nor is the n-th part of what was told. */
  private static final int PART = 4;

  private static final String OPEN =
      "select m.id, m.opened_at, m.forecast_told from migration m where m.finished_at is null and not m.cancelled"
          + " and m.only_node is null and exists (select 1 from pass p where p.migration_id = m.id"
          + " and p.kind = 'FIRST' and p.state in ('WAITING', 'RUNNING'))"
          + " and not exists (select 1 from preflight f where f.migration_id = m.id"
          + " and f.state in ('WAITING', 'RUNNING')) order by m.id";

  private final Database database;
  private final Events events;
  private final Forecasts forecasts;
  private final ZoneId zone;

  /**
   * @param zone in which times are told
   */
  public SlippedForecasts(Database database, Events events, Forecasts forecasts, ZoneId zone) {
    this.database = database;
    this.events = events;
    this.forecasts = forecasts;
    this.zone = zone;
  }

  private record Told(String migration, Instant openedAt, @Nullable Instant doneBy) {}

  /**
   * Looks at each migration whose mailboxes are being copied, or wait for that. To be called by one
   * node at a time, every few minutes.
   */
  public void look() {
    List<Told> open =
        database
            .jdbc()
            .sql(OPEN)
            .query(
                (row, number) ->
                    new Told(
                        row.getString("id"),
                        Times.present(row, "opened_at"),
                        Times.instant(row, "forecast_told")))
            .list();
    for (Told told : open) {
      try {
        forecasts.of(told.migration).ifPresent(expected -> compare(told, expected));
      } catch (RuntimeException e) {
        LOG.error("whether migration {} is late is not known", told.migration, e);
      }
    }
  }

  private void compare(Told told, Forecasts.Expected expected) {
    Instant before = told.doneBy;
    if (before == null) {
      // Its answer has told no time, or there is none.
      forecasts.told(told.migration, expected);
    } else if (Duration.between(before, expected.doneBy()).compareTo(slack(told, before)) >= 0) {
      slip(told, before, expected);
    }
  }

  private static Duration slack(Told told, Instant before) {
    Duration part = Duration.between(told.openedAt, before).dividedBy(PART);
    return part.compareTo(LEAST) > 0 ? part : LEAST;
  }

  private void slip(Told told, Instant before, Forecasts.Expected expected) {
    database.inTransaction(
        () -> {
          int changed =
              database
                  .jdbc()
                  .sql(
                      "update migration set forecast_told = ? where id = ? and forecast_told = ?"
                          + " and finished_at is null")
                  .params(Timestamp.from(expected.doneBy()), told.migration, Timestamp.from(before))
                  .update();
          if (changed > 0) {
            events.add(
                "migration",
                "forecast",
                told.migration,
                null,
                null,
                null,
                STATE,
                "it will be copied by about %s%s; %s was expected"
                    .formatted(
                        words(expected.doneBy()),
                        expected.parts() > 1 ? ", in " + expected.parts() + " windows" : "",
                        words(before)));
          }
        });
  }

  private String words(Instant time) {
    return TIME.format(time.atZone(zone));
  }
}
