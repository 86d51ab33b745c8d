package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times as people write them. */
class StartTimeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-12-01 18:00 | 2026-12-01T18:00",
        "2026-12-01T18:00 | 2026-12-01T18:00",
        "2026-12-01, 18:00 h | 2026-12-01T18:00",
        "2026-12-01 at 6:30 pm | 2026-12-01T18:30",
        "2026-12-01 12 am | 2026-12-01T00:00",
        "2026-12-01 | 2026-12-01T00:00",
        "1.12.2026 18:00 | 2026-12-01T18:00",
        "01.12.2026 um 18 Uhr | 2026-12-01T18:00",
        "1. 12. 2026, 18.30 Uhr | 2026-12-01T18:30"
      })
  void areRead(String text, String time) {
    assertThat(StartTime.read(text)).hasToString("Optional[" + time + "]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "soon",
        "12/01/2026",
        "2026-13-01",
        "2026-02-30 10:00",
        "2026-12-01 25:00",
        "2026-12-01 13 pm",
        "2026-12-01 18:00 or later"
      })
  void areNotGuessed(String text) {
    assertThat(StartTime.read(text)).isEmpty();
  }
}
