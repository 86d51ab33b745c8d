package org.mailcaravan.sync.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.sync.session.WaitsOfPass.Kind;

/** How much of a pass may be waiting; in minutes. */
class WaitsOfPassTest {
  @ParameterizedTest
  @CsvSource({
    "ASKED_FOR, 59, 59, false",
    "ASKED_FOR, 61, 61, true",
    "ASKED_FOR, 61, 100, false",
    "IN_VAIN, 470, 470, false",
    "IN_VAIN, 490, 490, true",
    "IN_VAIN, 490, 1900, true",
    "IN_VAIN, 490, 2000, false",
  })
  void thePassEndsWhenItHasWaitedForHoursAndDoneLittleElse(
      Kind kind, long waited, long lasted, boolean tooMany) {
    Instant begin = Instant.EPOCH;
    Instant end = begin.plus(Duration.ofMinutes(lasted));
    assertThat(new WaitsOfPass(kind, begin).areTooMany(end.minus(Duration.ofMinutes(waited)), end))
        .isEqualTo(tooMany);
  }
}
