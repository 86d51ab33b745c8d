package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Window;
import org.mailcaravan.server.TestClock;

class SlippedForecastsTest {
  private static final ZoneId ROME = ZoneId.of("Europe/Rome");
  private static final long MIB = 1 << 20;

  /** A Monday, at noon in Rome. */
  private final TestClock clock = TestClock.at(Instant.parse("2026-11-30T11:00:00Z"));

  private Database database;
  private Forecasts forecasts;
  private SlippedForecasts slipped;

  @BeforeEach
  void openDatabase() {
    database =
        Database.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", Secret.of(""));
    look(null);
    PassRows rows = new PassRows(database);
    rows.migration("m1");
    update("update migration set opened_at = ?", clock.instant().toString());
    rows.due("m1", 1, "imap.old.example", "m1@new.example");
    update(
        "insert into preflight (migration_id, mailbox_id, state, due_at, until_at, host, created_at, bytes)"
            + " select 'm1', id, 'ENDED', current_timestamp, current_timestamp, 'imap.old.example:993',"
            + " current_timestamp, cast(? as bigint) from mailbox",
        36_000 * MIB);
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private void update(String sql, Object... parameters) {
    assertThat(database.jdbc().sql(sql).params(parameters).update()).isPositive();
  }

  /** One MiB a second. */
  private void look(@Nullable Window window) {
    forecasts = new Forecasts(database, new HostLimits(1), 1, MIB, host -> 0, window, clock, ROME);
    slipped = new SlippedForecasts(database, new Events(database, "one"), forecasts, ROME);
  }

  private List<String> told() {
    return database
        .jdbc()
        .sql("select reason from event where state = 'SLIPPED' order by number")
        .query(String.class)
        .list();
  }

  private Instant doneBy() {
    return forecasts.of("m1").orElseThrow().doneBy();
  }

  @Test
  void aForecastCountsNightsAndSlipsWhenTheyBringLess() {
    look(Window.parse("Mon-Fri 18:00-22:00", ROME));
    assertThat(forecasts.of("m1"))
        .contains(new Forecasts.Expected(Instant.parse("2026-12-02T19:30:00Z"), 3, false));
    look(Window.parse("Mon-Fri 20:00-24:00", ROME));
    look(Window.parse("Mon-Fri 21:00-01:00", ROME));
    assertThat(forecasts.of("m1"))
        .contains(new Forecasts.Expected(Instant.parse("2026-12-02T22:30:00Z"), 3, true));
    slipped.look();
    assertThat(told()).isEmpty();

    // The first night has brought a tenth of what it should.
    clock.pass(Duration.ofHours(20));
    update("update pass set bytes_before = ?", 1_440 * MIB);
    assertThat(doneBy()).isEqualTo("2026-12-03T22:00:00Z");
    slipped.look();
    slipped.look();
    assertThat(told())
        .containsExactly(
            "it will be copied by about Thursday, 3 December 23:00 CET, in 3 windows;"
                + " Wednesday, 2 December 23:30 CET was expected");
  }

  @Test
  void aForecastFollowsWhatHasArrived() {
    slipped.look();
    assertThat(doneBy()).isEqualTo("2026-11-30T22:00:00Z");
    // As expected, and an hour late, and much too late.
    clock.pass(Duration.ofHours(5));
    update("update pass set state = 'RUNNING', bytes_done = ?", 18_000 * MIB);
    slipped.look();
    clock.pass(Duration.ofHours(1));
    slipped.look();
    assertThat(told()).isEmpty();
    clock.pass(Duration.ofHours(3));
    slipped.look();
    assertThat(told()).hasSize(1);
    // That of a person or a late password is no news.
    clock.pass(Duration.ofDays(2));
    update("update pass set state = 'WAITING', waits_for = 'PASSWORD'");
    slipped.look();
    assertThat(told()).hasSize(1);
  }

  @Test
  void aSlipIsReckonedFromWhatTheAnswerHasTold() {
    forecasts.told("m1", forecasts.of("m1").orElseThrow());
    clock.pass(Duration.ofDays(3));
    forecasts.told("m1", forecasts.of("m1").orElseThrow());
    slipped.look();
    assertThat(told()).hasSize(1);
  }

  @Test
  void whatWasExpectedFirstIsKept() {
    slipped.look();
    clock.pass(Duration.ofDays(3));
    slipped.look();
    assertThat(
            database
                .jdbc()
                .sql("select forecast_first from migration")
                .query((row, number) -> Times.present(row, "forecast_first"))
                .single())
        .isEqualTo("2026-11-30T22:00:00Z");
    assertThat(told()).hasSize(1);
  }
}
