package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.store.Forecast.Pace;

class ForecastTest {
  /** Sizes in MiB; MiB a second; MiB a day; seconds. */
  @ParameterizedTest
  @CsvSource({
    "100, 0, 0, 1, 0, 1, 105",
    "100 100 100 100, 0, 0, 1, 0, 4, 105",
    "100 100 100 100, 0, 0, 1, 0, 2, 210",
    "100 100, 2, 0, 1, 0, 1, 420",
    "100, 0, 1000, 1, 0, 1, 1105",
    "1000 10 10 10, 0, 0, 1, 0, 4, 1005",
    "6000, 0, 0, 1, 2500, 4, 172800",
    "2000, 0, 0, 1, 2500, 4, 2005",
    "0, 0, 0, 1, 0, 1, 5",
  })
  void itTakesAsLongAsSizesAndPaceSay(
      String mib, int unknown, long before, double rate, long aDay, int atOnce, long seconds) {
    List<Long> bytes =
        Arrays.stream(mib.split(" ")).map(size -> Long.parseLong(size) << 20).toList();
    Pace pace = new Pace(rate * (1 << 20), aDay << 20, atOnce);

    assertThat(Forecast.of(bytes, unknown, before << 20, pace))
        .contains(Duration.ofSeconds(seconds));
  }

  @Test
  void nothingIsSaidWhereNoSizeIsKnown() {
    assertThat(Forecast.of(List.of(), 3, 0, new Pace(1, 0, 1))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-29T10:10Z, PT5M, 2026-11-29T10:30Z",
    "2026-11-29T10:10Z, PT25M, 2026-11-29T11:00Z",
    "2026-11-29T10:10Z, PT7H, 2026-11-29T18:00Z",
    "2026-11-29T10:10Z, PT60H, 2026-12-02T00:00Z",
  })
  void theFartherTheRougher(ZonedDateTime now, Duration left, ZonedDateTime by) {
    assertThat(Forecast.rounded(now, left)).isEqualTo(by.toInstant());
  }
}
