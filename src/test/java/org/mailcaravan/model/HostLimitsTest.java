package org.mailcaravan.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostLimitsTest {
  private final HostLimits limits =
      new HostLimits(
          4,
          Map.of("gmail.com", 10, "slow.gmail.com", 1),
          Map.of("imap.gmail.com", 2, "imap.few.example", 3, "imap.many.example", 50),
          host -> host.endsWith("ruled.gmail.com") ? OptionalInt.of(7) : OptionalInt.empty());

  /**
   * What a policy says, then the operator's word, then what is known where it is less than usual,
   * then the usual.
   */
  @ParameterizedTest
  @CsvSource({
    "imap.gmail.com:993, 10",
    "Ruled.Gmail.com:993, 7",
    "IMAP.Gmail.com:993, 10",
    "a.slow.gmail.com:143, 1",
    "imap.few.example:993, 3",
    "imap.few.example, 3",
    "imap.many.example:993, 4",
    "imap.other.example:993, 4",
    "notgmail.com:993, 4"
  })
  void theMostParticularLimitCounts(String host, int limit) {
    assertThat(limits.of(host)).isEqualTo(limit);
  }
}
