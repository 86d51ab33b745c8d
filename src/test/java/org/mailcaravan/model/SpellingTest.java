package org.mailcaravan.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
  private static final List<String> KNOWN =
      List.of("destination.host", "destination.port", "drop.folder", "doTry");

  @ParameterizedTest
  @CsvSource({
    "destination.hots, destination.host",
    "Destination.Host, destination.host",
    "destinationport, destination.port",
    "drop.foldr, drop.folder",
    "drop.flodre, drop.folder",
    "dotry, doTry",
    "something.else.entirely, ",
    "x, ",
  })
  void findsTheNearestName(String written, String meant) {
    assertThat(Spelling.nearest(written, KNOWN).orElse(null)).isEqualTo(meant);
  }
}
