package org.mailcaravan.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTest {
  private static final ZoneId ROME = ZoneId.of("Europe/Rome");

  private static Instant rome(String local) {
    return LocalDateTime.parse(local).atZone(ROME).toInstant();
  }

  /** 2026-11-30 is a Monday. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Mon-Fri 18:00-07:00, Sat-Sun; Europe/Rome | 2026-11-30T12:00 | 2026-11-30T18:00 | 2026-12-01T07:00",
        "Mon-Fri 18:00-07:00, Sat-Sun; Europe/Rome | 2026-11-30T18:00 | 2026-11-30T18:00 | 2026-12-01T07:00",
        "Mon-Fri 18:00-07:00, Sat-Sun; Europe/Rome | 2026-12-01T06:59 | 2026-11-30T18:00 | 2026-12-01T07:00",
        "Mon-Fri 18:00-07:00, Sat-Sun; Europe/Rome | 2026-12-01T07:00 | 2026-12-01T18:00 | 2026-12-02T07:00",
        // The night of Friday goes on in the whole weekend.
        "Mon-Fri 18:00-07:00, Sat-Sun; Europe/Rome | 2026-12-05T12:00 | 2026-12-04T18:00 | 2026-12-07T00:00",
        // Sunday's night is not one of those.
        "Mon-Fri 18:00-07:00, Sat-Sun; Europe/Rome | 2026-12-07T01:00 | 2026-12-07T18:00 | 2026-12-08T07:00",
        "Fr-Mo 22-6 | 2026-12-03T23:00 | 2026-12-04T22:00 | 2026-12-05T06:00",
        "22:00-06:00 | 2026-12-03T23:00 | 2026-12-03T22:00 | 2026-12-04T06:00",
        "Samstag | 2026-12-03T23:00 | 2026-12-05T00:00 | 2026-12-06T00:00",
        "mi 20:00 - 24:00 | 2026-12-03T00:00 | 2026-12-09T20:00 | 2026-12-10T00:00",
        "wed 00:00-00:00 | 2026-12-02T00:00 | 2026-12-02T00:00 | 2026-12-03T00:00",
        "Sun. 08:00-10:00, Sun. 09:00-12:00, sun 10:30-11:00 | 2026-12-06T09:00 | 2026-12-06T08:00 | 2026-12-06T12:00",
      })
  void saysWhenPassesMayRun(String text, String at, String opens, String closes) {
    Window.Span span = Window.parse(text, ROME).next(rome(at));
    assertThat(span).isEqualTo(new Window.Span(rome(opens), rome(closes)));
  }

  @ParameterizedTest
  @CsvSource({
    // 29 March 2026: 2:00 becomes 3:00. 25 October 2026: 3:00 becomes 2:00.
    "18:00-07:00, 2026-03-28T17:00Z, 2026-03-29T05:00Z",
    "18:00-07:00, 2026-10-24T16:00Z, 2026-10-25T06:00Z",
    "02:30-05:00, 2026-03-29T01:00Z, 2026-03-29T03:00Z",
    "22:00-02:30, 2026-03-28T21:00Z, 2026-03-29T01:00Z",
    "02:30-05:00, 2026-10-25T00:30Z, 2026-10-25T04:00Z",
    "22:00-02:30, 2026-10-24T20:00Z, 2026-10-25T00:30Z",
    "sun, 2026-03-28T23:00Z, 2026-03-29T22:00Z",
    "sun, 2026-10-24T22:00Z, 2026-10-25T23:00Z",
  })
  void isRightInNightsWhenClocksChange(String text, String opens, String closes) {
    Instant begin = OffsetDateTime.parse(opens).toInstant();
    Instant end = OffsetDateTime.parse(closes).toInstant();
    Window window = Window.parse(text, ROME);
    assertThat(window.next(begin)).isEqualTo(new Window.Span(begin, end));
    assertThat(window.next(begin.minusSeconds(1)).opens()).isEqualTo(begin);
    assertThat(window.next(end.minusSeconds(1)).closes()).isEqualTo(end);
  }

  @Test
  void leavesOutATimeThatTheClockSkips() {
    Instant night = rome("2026-03-22T04:00");
    assertThat(Window.parse("sun 02:00-03:00", ROME).next(night).opens())
        .isEqualTo(rome("2026-04-05T02:00"));
  }

  /** 28 March 2027 has 23 hours and 25 October 2026 has 25, so such a night of 13 has 12 or 14. */
  @ParameterizedTest
  @CsvSource({
    "2027-03-26T12:00, 13, 2027-03-27T07:00, 1",
    "2027-03-27T12:00, 12, 2027-03-28T07:00, 1",
    "2027-03-27T12:00, 13, 2027-03-28T19:00, 2",
    "2027-03-27T12:00, 25, 2027-03-29T07:00, 2",
    "2026-10-24T12:00, 13, 2026-10-25T06:00, 1",
    "2026-10-24T12:00, 14, 2026-10-25T07:00, 1",
    "2026-10-24T12:00, 15, 2026-10-25T19:00, 2",
    "2026-10-25T03:30, 5, 2026-10-25T19:30, 2",
  })
  void forecastsAreRightInNightsWhenClocksChange(String from, int hours, String ends, int nights) {
    assertThat(Window.parse("18:00-07:00", ROME).fit(rome(from), Duration.ofHours(hours)))
        .isEqualTo(new Window.Fitted(rome(ends), nights, true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Mo-Fr 10:18-10:19; Mars/Base | true",
        "Mo-Fr 10:18-10:19; Europe/Rome | false",
        "Mo-Fr 10:18-10:19 | false",
        "Mo-Xy 10:18-10:19; Mars/Base | false",
        "hunter2; Mars/Base | false",
        "10-12; pass word | false",
      })
  void knowsWhereOnlyTheZoneIsWrong(String text, boolean isOnlyZone) {
    assertThat(Window.lacksZone(text)).isEqualTo(isOnlyZone);
  }

  /** Whatever the text: of each instant it is known whether it is open, and spans have gaps. */
  @Test
  void spansFollowEachOther() {
    Random random = new Random(7);
    String[] zones = {"Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"};
    for (int round = 0; round < 300; round++) {
      String text =
          "Mon-%s %02d:%02d-%02d:00, Sat; %s"
              .formatted(
                  Stream.of("Tue", "Fri", "Sun", "Mon").toList().get(random.nextInt(4)),
                  random.nextInt(24),
                  random.nextInt(60),
                  random.nextInt(25),
                  zones[random.nextInt(zones.length)]);
      Window window = Window.parse(text, ROME);
      Instant at = Instant.parse("2026-03-01T00:00:00Z").plusSeconds(random.nextInt(30_000_000));
      for (int step = 0; step < 20; step++) {
        Window.Span span = window.next(at);
        assertThat(span.closes()).as(text).isAfter(at);
        assertThat(span.opens()).as(text).isBefore(span.closes());
        assertThat(window.next(span.opens())).as(text).isEqualTo(span);
        if (!span.contains(at)) {
          assertThat(window.next(span.opens().minusNanos(1)).opens()).isEqualTo(span.opens());
        }
        at = span.closes();
      }
    }
  }

  @Test
  void fitsWorkIntoNights() {
    Window window = Window.parse("Mon-Fri 18:00-07:00; Europe/Rome", ROME);
    assertThat(window.fit(rome("2026-11-30T12:00"), Duration.ofHours(4)))
        .isEqualTo(new Window.Fitted(rome("2026-11-30T22:00"), 1, true));
    assertThat(window.fit(rome("2026-11-30T20:00"), Duration.ofHours(34)))
        .isEqualTo(new Window.Fitted(rome("2026-12-03T04:00"), 3, true));
    assertThat(window.fit(rome("2026-12-04T20:00"), Duration.ofHours(12)))
        .isEqualTo(new Window.Fitted(rome("2026-12-07T19:00"), 2, true));
    assertThat(Window.parse("Sat-Sun", ROME).fit(rome("2026-12-05T12:00"), Duration.ofHours(4)))
        .isEqualTo(new Window.Fitted(rome("2026-12-05T16:00"), 1, false));
    assertThat(Window.parse("Mon-Sun", ROME).fit(rome("2026-12-04T20:00"), Duration.ofDays(60)))
        .isEqualTo(new Window.Fitted(rome("2026-12-04T20:00").plus(Duration.ofDays(60)), 1, false));
    assertThat(window.fit(rome("2026-12-04T20:00"), Duration.ofDays(100_000)).spans())
        .isEqualTo(1000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "Mon-Fri 18:00",
        "Mon 25:00-26:00",
        "Mon 18:60-19:00",
        "Someday",
        "m 1-2",
        "Mon-Fri 18:00-07:00; Europe/Roma",
        "18:00-07:00,",
        "Mon;Europe/Rome;x",
        "Mon Tue",
        "Mon-",
        "24:30-25:00",
        "-",
        "Mon 18:00-07:00 Tue"
      })
  void refusesWhatItDoesNotUnderstand(String text) {
    assertThatThrownBy(() -> Window.parse(text, ROME))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("has ");
    assertThatThrownBy(() -> Window.parse("Mon,".repeat(100), ROME)).hasMessageContaining("longer");
  }

  @Test
  void keepsItsTextAndItsZone() {
    Window window = Window.parse("Mon-Fri 18:00-07:00 ;Europe/Rome ", ZoneId.of("UTC"));
    assertThat(window).hasToString("Mon-Fri 18:00-07:00; Europe/Rome");
    assertThat(Window.parse(window.toString(), ZoneId.of("UTC"))).isEqualTo(window);
  }
}
