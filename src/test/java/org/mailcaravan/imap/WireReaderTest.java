package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireReaderTest {
  private static WireReader reader(String octets) {
    return new WireReader(stream(octets));
  }

  private static InputStream stream(String octets) {
    return new ByteArrayInputStream(octets.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void readsStringsInEveryForm() throws IOException {
    WireReader wire =
        reader("atom \"quo\\\"ted \\\\\" {3}\r\na\r\n ~{2}\r\nxy NIL nil \"NIL\" \"\"\r\n");
    List<String> strings = new ArrayList<>();
    for (; !wire.atLineEnd(); wire.spaces()) {
      strings.add(wire.nstring());
      wire.spaces();
    }
    assertThat(strings)
        .containsExactly("atom", "quo\"ted \\", "a\r\n", "xy", null, null, "NIL", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NIL",
        "12",
        "atom",
        "\"a ) b\"",
        "{4}\r\n)\r\n(",
        "~{2}\r\n((",
        "()",
        "(a (b (\"c)\" {1}\r\n)) NIL) d)",
        "((\"x\" NIL)(\"y\" {0}\r\n))"
      })
  void passesOverAValueOfAnyKind(String value) throws IOException {
    WireReader wire = reader(value + " next\r\n");
    wire.skipValue();
    wire.expect(' ');
    assertThat(wire.token()).isEqualTo("next");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b c", "x {5}$12$45 y", "~{4}$$$", "{abc}", "{}", "\"{5}\""})
  void passesOverAResponseWithItsLiterals(String response) throws IOException {
    WireReader wire = reader(response.replace("$", "\r\n") + "\r\nnext\r\n");
    wire.skipResponse();
    assertThat(wire.token()).isEqualTo("next");
  }

  @Test
  void skipsItemNamesWithBrackets() throws IOException {
    WireReader wire = reader("BODY[HEADER.FIELDS (TO \"CC\")]<0> x");
    assertThat(wire.itemName()).isEqualTo("BODY[HEADER.FIELDS (TO \"CC\")]<0>");
  }

  @Test
  void givesUpOnALineWithoutEnd() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'a';
          }

          @Override
          public int read(byte[] octets, int offset, int length) {
            Arrays.fill(octets, offset, offset + length, (byte) 'a');
            return length;
          }
        };
    assertThatThrownBy(() -> new WireReader(endless).restOfLine())
        .isInstanceOf(ProtocolFailure.class)
        .hasMessageContaining("1048576");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{99999999999999999999}\r\n", "{2000000}\r\n", "{x}\r\n", "\"open\r\n"})
  void refusesStringsThatCannotBe(String string) {
    assertThatThrownBy(() -> reader(string).astring()).isInstanceOf(ProtocolFailure.class);
  }

  @Test
  void tellsTheEndOfTheConnection() {
    assertThatThrownBy(() -> reader("{5}\r\nab").astring()).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> reader("abc").restOfLine()).isInstanceOf(EOFException.class);
  }

  @Test
  void readsTheSameHoweverTheNetworkCutsIt() throws IOException {
    Random random = new Random(42);
    for (int round = 0; round < 300; round++) {
      String octets = randomValue(random, 4) + "\r\n";
      List<Object> whole = walk(new WireReader(stream(octets)));
      int most = 1 + random.nextInt(20);
      Random cuts = new Random(round);
      InputStream cut =
          new FilterInputStream(stream(octets)) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
              return super.read(into, offset, Math.min(length, 1 + cuts.nextInt(most)));
            }
          };
      assertThat(walk(new WireReader(cut))).as(octets).isEqualTo(whole);
    }
  }

  private static String randomValue(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 6)) {
      case 0 -> "atom" + random.nextInt(1000);
      case 1 -> "\"q " + random.nextInt(1000) + " \\\" ) {3}\"";
      case 2 -> randomLiteral(random);
      case 3 -> "NIL";
      default ->
          IntStream.rangeClosed(0, random.nextInt(5))
              .mapToObj(i -> randomValue(random, depth - 1))
              .collect(Collectors.joining(" ", "(", ")"));
    };
  }

  private static String randomLiteral(Random random) {
    int size = random.nextInt(40);
    String sign = random.nextBoolean() ? "~" : "";
    return sign + "{" + size + "}\r\n" + "\r\n(".repeat(20).substring(0, size);
  }

  private static List<Object> walk(WireReader wire) throws IOException {
    List<Object> found = new ArrayList<>();
    while (!wire.atLineEnd()) {
      if (wire.peek() == ' ' || wire.peek() == '(' || wire.peek() == ')') {
        found.add((char) wire.read());
      } else {
        found.add(String.valueOf(wire.nstring()));
      }
    }
    return found;
  }
}
