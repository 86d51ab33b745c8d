package org.mailcaravan.sync.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.imap.Content;
import org.mailcaravan.sync.session.Spool;

/** What each repair makes of a message, one char per octet. */
class RepairTest {
  private static final String ADDRESSES =
      IntStream.range(0, 1500)
          .mapToObj(number -> "ann" + number + "@example.org")
          .collect(Collectors.joining(", "));

  @TempDir Path spool;

  private record Text(String octets) implements Content {
    @Override
    public long size() {
      return octets.length();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {}
  }

  private String repaired(String original, List<Repair> repairs) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (RepairedContent content =
        RepairedContent.of(new Text(original), repairs, new Spool(spool, 1 << 24))) {
      content.writeTo(octets);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return octets.toString(StandardCharsets.ISO_8859_1);
  }

  static Stream<Arguments> repairs() {
    return Stream.of(
        Arguments.of(
            Repair.LINE_ENDS, "A: 1\r\r\nB: 2\r\r\n\r\r\nc\rd\n", "A: 1\r\nB: 2\r\n\r\nc\r\nd\r\n"),
        Arguments.of(Repair.LINE_ENDS, "A: 1\r\rb\r\r\r\nc\r", "A: 1\r\n\r\nb\r\nc\r\n"),
        Arguments.of(
            Repair.SEPARATOR,
            "To: " + ADDRESSES + "\r\n\r\nb\r\n",
            "To: " + ADDRESSES + "\r\n\r\nb\r\n"),
        Arguments.of(
            Repair.SEPARATOR,
            "To: " + ADDRESSES + "\r\nb\r\n",
            "To: " + ADDRESSES + "\r\n\r\nb\r\n"),
        Arguments.of(Repair.SEPARATOR, "A: 1", "A: 1\r\n\r\n"),
        Arguments.of(Repair.MBOX_LINE, "From a\rA: 1\r\rb\r", "A: 1\r\rb\r"),
        Arguments.of(Repair.MBOX_LINE, ">From a\r\r\nA: 1\r\n", "A: 1\r\n"),
        Arguments.of(
            Repair.MBOX_LINE, "From a\r\nA: 1\r\n\r\nFrom b\r\n", "A: 1\r\n\r\nFrom b\r\n"),
        Arguments.of(Repair.MBOX_LINE, "From " + ADDRESSES + "\r\n", "From " + ADDRESSES + "\r\n"),
        Arguments.of(
            Repair.HEADER,
            "To: \"J\u00f6rg \\\"J\\\"\" <j@x>, \"a b\" <c@x> (\u00fc)\r\n",
            "To: =?iso-8859-1?Q?J=F6rg_=22J=22?= <j@x>, \"a b\" <c@x> (=?iso-8859-1?Q?=FC?=)\r\n"),
        Arguments.of(
            Repair.HEADER,
            "S: \u00fc \u00f6 an \u00e4\r\n\r\n\u00fc",
            "S: =?iso-8859-1?Q?=FC_=F6?= an =?iso-8859-1?Q?=E4?=\r\n\r\n\u00fc"),
        Arguments.of(Repair.HEADER, "S: \"open \u00fc\r\n", "S: \"open =?iso-8859-1?Q?=FC?=\r\n"));
  }

  @ParameterizedTest
  @MethodSource("repairs")
  void eachRepairChangesWhatItIsForAndNothingElse(Repair repair, String original, String expected) {
    assertThat(repaired(original, List.of(repair))).isEqualTo(expected);
    assertThat(RepairedContent.applicable(new Text(original)).contains(repair))
        .isEqualTo(!original.equals(expected));
  }

  @Test
  void aLineEndThatLosesACrWhereAnotherGetsOneIsARepair() {
    assertThat(RepairedContent.applicable(new Text("A: 1\r\r\n\r\nb\nc\r\n")))
        .containsExactly(Repair.LINE_ENDS);
  }

  /** With a stack or a time that grows faster than the line, this does not end well. */
  @Test
  @Timeout(60)
  void aLongLineCostsNoMoreThanItsLength() {
    for (String line :
        List.of(
            "Subject: " + "\u00e9 ".repeat(200_000),
            "Subject: \u00e9 " + "a".repeat(400_000),
            "Subject: \"" + "\u00e9".repeat(400_000),
            "Subject: " + "\"\u00e9".repeat(200_000),
            "Subject: " + "\u00e9\" ".repeat(200_000),
            "Subject: " + "\r".repeat(400_000),
            " \t".repeat(200_000),
            "\u00e9".repeat(400_000))) {
      String original = line + "\r\n";
      assertThat(RepairedContent.applicable(new Text(original))).isNotEmpty();
      assertGood(original, repaired(original, List.of(Repair.values())));
    }
  }

  @Test
  void anyOctetsCanBeRepairedAndAreGoodThen() {
    Random random = new Random(14);
    String alphabet = "\0\r\n\r\n\r\n \t\"\\():;<>@=?,aA\u00fc\u00c3\u00bc\u00ff-";
    for (int round = 0; round < 3000; round++) {
      String octets =
          random
              .ints(random.nextInt(300), 0, alphabet.length())
              .mapToObj(i -> String.valueOf(alphabet.charAt(i)))
              .collect(Collectors.joining());
      RepairedContent.applicable(new Text(octets));
      assertGood(octets, repaired(octets, List.of(Repair.values())));
    }
  }

  private static void assertGood(String original, String repaired) {
    assertThat(repaired.indexOf('\0')).isNegative();
    assertThat(repaired.replace("\r\n", "")).doesNotContain("\r", "\n");
    String whole = "\r\n" + repaired;
    assertThat(whole).contains("\r\n\r\n");
    assertThat(whole.substring(0, whole.indexOf("\r\n\r\n"))).as(original).matches("\\p{ASCII}*");
  }
}
