package org.mailcaravan.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTextTest {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 9, 0x0a, 0x0d, 0x1b, 0x7f, 0x80, 0x9b, 0xad, 0x061c, 0x200b, 0x200d, 0x200e, 0x200f,
        0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0xd800, 0xdfff, 0xfeff, 0xe0001,
        0x034f, 0x115f, 0x180e, 0x2065, 0x3164, 0xfe00, 0xffa0, 0xfff0, 0xe0041, 0xe0100, 0xe01ef,
        0xe0fff
      })
  void whatSteersHidesOrTurnsIsShownAsItsCode(int codePoint) {
    String visible = VisibleText.of("a" + Character.toString(codePoint) + "b");

    assertThat(visible).matches("a\\\\u(%04X|\\{%X\\})b".formatted(codePoint, codePoint));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Entw\u00fcrfe",
        "\u6536\u4ef6\u7bb1",
        "\u05d3\u05d5\u05d0\u05e8",
        "\ud83d\udc2b a\\u0041",
        "\u2764\ufe0f"
      })
  void theRestStaysAsItIs(String text) {
    assertThat(VisibleText.of(text)).isEqualTo(text);
  }
}
