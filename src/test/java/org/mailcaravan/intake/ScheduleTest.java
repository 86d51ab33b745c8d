package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Notice;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Window;
import org.mailcaravan.policies.Policies;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.NamedBefore;
import org.mailcaravan.store.Origin;

class ScheduleTest {
  private static final ZoneId ROME = ZoneId.of("Europe/Rome");
  private static final Notice NOTICE = new Notice(Duration.ofHours(24), Duration.ofHours(48));
  private static final Window NIGHTS = Window.parse("Mon-Fri 18:00-07:00, Sat-Sun", ROME);

  private final Database database =
      Database.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", Secret.of(""));

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private static Instant rome(String local) {
    return LocalDateTime.parse(local).atZone(ROME).toInstant();
  }

  private Schedule at(String now, boolean asksBack) {
    return new Schedule(
        ROME,
        NOTICE,
        NIGHTS,
        Policies.NONE,
        asksBack,
        new NamedBefore(database),
        Clock.fixed(rome(now), ROME));
  }

  /** A request that names the mailbox of all rows. */
  private void request(String at) {
    new Migrations(
            database,
            new Events(database, "here"),
            new Origin("here", false, Duration.ofDays(14)),
            Clock.fixed(rome(at), ROME))
        .open(new Request("list.csv", List.of(row(1, "", "")), List.of()));
  }

  private static RequestRow row(int number, String start, String window) {
    Map<String, String> options = new HashMap<>();
    if (!start.isEmpty()) {
      options.put("start_at", start);
    }
    if (!window.isEmpty()) {
      options.put("window", window);
    }
    return new RequestRow(
        number,
        number + 1,
        "anna@old.example",
        Secret.of("secret"),
        new Server("imap.old.example", 993, Security.TLS),
        "anna@old.example",
        "anna@new.example",
        null,
        null,
        null,
        new RowOptions(options));
  }

  private static RowOptions settled(Schedule schedule, String start, String window) {
    Request settled =
        schedule.settle(new Request("list.csv", List.of(row(1, start, window)), List.of()));
    assertThat(settled.rejected()).isEmpty();
    return settled.rows().get(0).options();
  }

  /** 2026-11-30 is a Monday. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      value = {
        "2026-12-02 18:00 | '' | 2026-12-02T18:00 | ''",
        "2026-12-02T17:00:00Z | '' | 2026-12-02T18:00 | ''",
        "2.12.2026 18 Uhr | '' | 2026-12-02T18:00 | ''",
        // Within office hours: the next evening.
        "2026-12-02 10:00 | '' | 2026-12-02T18:00 | ''",
        // Its own window counts, in its own zone.
        "2026-12-02 10:00 | Mon-Fri 22:00-06:00; Europe/London | 2026-12-02T23:00 | ''",
        // Too late.
        "2026-11-30 18:00 | '' | 2026-12-01T18:00 | 2026-11-30T18:00",
        "2026-11-01 18:00 | '' | 2026-12-01T18:00 | 2026-11-01T18:00",
      })
  void aStartIsAskedForInTimeAndLiesInTheWindow(
      String wanted, String window, String start, String late) {
    RowOptions options = settled(at("2026-11-30T09:00", false), wanted, window);
    assertThat(options.startAt()).isEqualTo(rome(start).toString());
    assertThat(options.startWanted()).isEqualTo(late.isEmpty() ? "" : rome(late).toString());
    assertThat(options.isStartAsked()).isFalse();
  }

  /** A list that is sent again, with the right password or each night, delays nothing. */
  @ParameterizedTest
  @CsvSource(
      emptyValue = "",
      value = {
        // It was asked for in time, when it came first.
        "2026-11-30T09:00, 2026-12-02T17:00, 2026-12-02 18:00, 2026-12-02T18:00, ''",
        // The first possible one was offered then.
        "2026-11-30T09:00, 2026-11-30T15:00, 2026-12-01 18:00, 2026-12-01T18:00, ''",
        // It has begun.
        "2026-11-30T09:00, 2026-12-03T03:00, 2026-12-02 18:00, '', ''",
        // Another one, that is still too soon.
        "2026-11-30T09:00, 2026-11-30T15:00, 2026-11-30 20:00, 2026-12-01T18:00, 2026-11-30T20:00",
      })
  void noticeCountsFromTheFirstRequestOfAMailbox(
      String first, String now, String wanted, String start, String late) {
    request(first);
    RowOptions options = settled(at(now, true), wanted, "");
    assertThat(options.startAt()).isEqualTo(start.isEmpty() ? "" : rome(start).toString());
    assertThat(options.startWanted()).isEqualTo(late.isEmpty() ? "" : rome(late).toString());
  }

  @Test
  void aRequestMayHaveTwentyWindows() {
    List<RequestRow> rows =
        IntStream.rangeClosed(1, 50)
            .mapToObj(number -> row(number, "", "Mon 1:%02d-2:00".formatted(number)))
            .toList();
    Request settled =
        at("2026-11-30T09:00", false).settle(new Request("list.csv", rows, List.of()));
    assertThat(settled.rows()).hasSize(20);
    assertThat(settled.rejected()).hasSize(30);
    assertThat(settled.rejected()).extracting(RowProblem::column).containsOnly("window");
  }

  @Test
  void asksBackForAStartThatCameTooLate() {
    RowOptions options = settled(at("2026-11-30T09:00", true), "2026-11-30 18:00", "");
    assertThat(options.isStartAsked()).isTrue();
    assertThat(settled(at("2026-11-30T09:00", true), "2026-12-02 18:00", "").isStartAsked())
        .isFalse();
  }

  @Test
  void whoAnswersWithinTheNoticeGetsTheTimeThatWasOffered() {
    Schedule schedule = at("2026-11-30T15:00", true);
    Instant received = rome("2026-11-30T09:00");
    Instant offered = schedule.start(received, rome("2026-11-30T18:00")).at();
    assertThat(schedule.start(received, offered)).isEqualTo(new Schedule.Start(offered, false));
  }

  @Test
  void keepsAWindowWithItsZone() {
    assertThat(settled(at("2026-11-30T09:00", false), "", "Mo-Fr 20-6").window())
        .isEqualTo("Mo-Fr 20-6; Europe/Rome");
    assertThat(settled(at("2026-11-30T09:00", false), "", "")).isEqualTo(RowOptions.NONE);
  }

  @Test
  void rejectsARowWhoseStartIsFarAway() {
    Request settled =
        at("2026-11-30T09:00", false)
            .settle(
                new Request(
                    "list.csv",
                    List.of(row(1, "2027-12-01 18:00", ""), row(2, "2026-12-07 18:00", "")),
                    List.of()));
    assertThat(settled.rows()).extracting(RequestRow::row).containsExactly(2);
    assertThat(settled.rejected()).extracting(RowProblem::column).containsExactly("start_at");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tomorrow", "2026-13-01 18:00", "18:00"})
  void aColumnTakesOnlyTimes(String text) {
    assertThat(at("2026-11-30T09:00", false).read(text)).isEmpty();
  }
}
