package org.mailcaravan.intake.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {
  /** What is repeated, how often, and what the name begins and ends with. */
  @ParameterizedTest
  @CsvSource({
    "a, 500, aaa, .vcf",
    "\u5b57, 200, \u5b57\u5b57, .vcf",
    "\ud83d\ude00, 90, \ud83d\ude00, .ics"
  })
  void aLongNameFitsIntoAFileSystemAndKeepsBothEnds(
      String letter, int times, String beginning, String ending) {
    String name = new FileNames().next(letter.repeat(times) + ending);

    assertThat(name).startsWith(beginning).endsWith(ending);
    assertThat(name.getBytes(StandardCharsets.UTF_8).length).isBetween(150, 180);
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(name)).isTrue();
  }
}
