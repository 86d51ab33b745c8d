package org.mailcaravan.model.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SinceTest {
  /** Two hours after the clocks of Rome were put back. */
  private static final Instant NOW = Instant.parse("2026-10-25T03:00:00Z");

  private static final ZoneId ROME = ZoneId.of("Europe/Rome");

  @ParameterizedTest
  @CsvSource({
    "today, 2026-10-24T22:00:00Z",
    "yesterday, 2026-10-23T22:00:00Z",
    "2026-10-25, 2026-10-24T22:00:00Z",
    "2026-10-01, 2026-09-30T22:00:00Z",
    "24h, 2026-10-24T03:00:00Z",
    "7d, 2026-10-18T03:00:00Z",
    "2026-10-25T01:30:00Z, 2026-10-25T01:30:00Z"
  })
  void isReadAsPeopleWriteIt(String text, Instant since) {
    assertThat(Since.of(text, NOW, ROME)).isEqualTo(since);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tomorrow", "0h", "2026-10-26", "24", "99999h", "2026-13-01", "-1d"})
  void whatIsNoTimeInThePastIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Since.of(text, NOW, ROME))
        .withMessageStartingWith("is ");
  }
}
