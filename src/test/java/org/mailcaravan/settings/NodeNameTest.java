package org.mailcaravan.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeNameTest {
  private static final Path HOME = Path.of("/home");

  @ParameterizedTest
  @ValueSource(strings = {"a", "Mover-2", "mover.example.com", "7"})
  void aNameOfLettersDigitsDotsAndDashesIsTaken(String name) {
    assertThat(Parsers.nodeName(name, HOME)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "-a", ".a", "a/b", "a\nb", "müller", "a_b"})
  void anotherNameIsRefused(String name) {
    assertThatThrownBy(() -> Parsers.nodeName(name, HOME))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("letters of ASCII, digits, dots and dashes");
  }

  @Test
  void aNameHas100CharactersAtMost() {
    assertThat(Parsers.nodeName("a".repeat(100), HOME)).hasSize(100);
    assertThatThrownBy(() -> Parsers.nodeName("a".repeat(101), HOME))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(MachineName.fitted("a".repeat(300))).hasSize(100);
  }

  @Test
  void withoutOneItIsTheNameOfTheMachine() {
    assertThat(Parsers.nodeName("", HOME)).isEqualTo(MachineName.here()).matches(MachineName.FORM);
  }

  @ParameterizedTest
  @CsvSource({"'mover-2\n',mover-2", "my_box,my-box", "'..x',x", "'',node", "'\u0000',node"})
  void theNameOfTheMachineIsMadeToFit(String machine, String name) {
    assertThat(MachineName.fitted(machine)).isEqualTo(name);
  }
}
