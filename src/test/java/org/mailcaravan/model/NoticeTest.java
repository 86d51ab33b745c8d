package org.mailcaravan.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoticeTest {
  private static final ZoneId ROME = ZoneId.of("Europe/Rome");
  private static final Notice NOTICE = new Notice(Duration.ofHours(24), Duration.ofHours(48));

  /** 2026-11-30 is a Monday. */
  @ParameterizedTest
  @CsvSource({
    // In time.
    "2026-11-30T12:00, 2026-12-02T18:00, 2026-12-02T18:00",
    "2026-11-30T12:00, 2026-12-01T12:00, 2026-12-01T12:00",
    "2026-12-03T09:00, 2026-12-05T09:00, 2026-12-05T09:00",
    // Too late by an hour.
    "2026-11-30T13:00, 2026-12-01T12:00, 2026-12-01T13:00",
    // For a weekend twice as long before.
    "2026-12-03T09:00, 2026-12-05T08:00, 2026-12-05T09:00",
    "2026-12-04T09:00, 2026-12-05T08:00, 2026-12-06T09:00",
    // From Saturday on, Monday is earlier than 48 hours from now.
    "2026-12-05T09:00, 2026-12-05T20:00, 2026-12-07T00:00",
    "2026-12-06T09:00, 2026-12-06T10:00, 2026-12-07T09:00",
    // A start that is wanted at once.
    "2026-12-01T09:00, 2026-12-01T09:00, 2026-12-02T09:00",
  })
  void saysTheEarliestStart(String received, String wanted, String earliest) {
    assertThat(
            NOTICE.earliest(
                LocalDateTime.parse(received).atZone(ROME).toInstant(),
                LocalDateTime.parse(wanted).atZone(ROME).toInstant(),
                ROME))
        .isEqualTo(LocalDateTime.parse(earliest).atZone(ROME).toInstant());
  }
}
