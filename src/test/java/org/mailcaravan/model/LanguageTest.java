package org.mailcaravan.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          de | GERMAN
          de-AT, en;q=0.5 | GERMAN
          en-GB | ENGLISH
          fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5 | ENGLISH
          de;q=0.1, en;q=0.9 | ENGLISH
          fr | none
          * | none
          de;q=x | none
          """)
  void theWantedLanguageOfAHeaderIsFound(String header, Language wanted) {
    assertThat(Language.preferred(header).orElse(null)).isEqualTo(wanted);
  }
}
