package org.mailcaravan.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PropertyLinesTest {
  @Test
  void keepsTheLineThatAnAssignmentBeginsOn() {
    String text = "# comment\\\na=1\r\n\r\n! more\nb : two\\\n   three\nc\\=d 4\\u00fc\n\ne";
    assertThat(PropertyLines.read(text))
        .containsExactly(
            new PropertyLines.Line(2, "a", "1"),
            new PropertyLines.Line(5, "b", "twothree"),
            new PropertyLines.Line(7, "c=d", "4ü"),
            new PropertyLines.Line(9, "e", ""));
  }

  @Test
  void namesTheLineOfAMalformedEscape() {
    assertThatThrownBy(() -> PropertyLines.read("a=1\nb=\\u12x4\n"))
        .isInstanceOfSatisfying(
            PropertyLines.MalformedEscape.class, e -> assertThat(e.line()).isEqualTo(2));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void readsWhatPropertiesReads(long seed) throws IOException {
    Random random = new Random(seed);
    String alphabet = "ab=: \t\f\\\n\r#!ü.";
    for (int round = 0; round < 5000; round++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Properties expected = new Properties();
      expected.load(new StringReader(text.toString()));
      Map<Object, Object> read = new HashMap<>();
      PropertyLines.read(text.toString()).forEach(line -> read.put(line.key(), line.value()));
      // A name that is empty is only kept to be complained about.
      expected.remove("");
      read.remove("");
      assertThat(read).as(text.toString()).isEqualTo(new HashMap<>(expected));
    }
  }
}
