package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.server.Lengthy;

/**
 * Requests that are larger, wider, deeper or more broken than any customer's. What has no bound
 * here takes minutes or all memory.
 */
@Lengthy
@Timeout(60)
class RequestBoundsTest {
  private static final String HEADER = "source_email,source_password,source_imap_server\n";
  private static final String GOOD = "anna@example.org,secret,imap.example.org\n";
  private static final String OPEN =
      "[{\"source_email\": \"a@example.org\", \"source_password\": \"x\",";
  private static final String IMAP = "\"source_imap_server\": \"imap.example.org\"";

  private final Path folder;

  RequestBoundsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Request read(String text) {
    try {
      Path file = Files.writeString(folder.resolve("request.csv"), text);
      RequestReader reader = new RequestReader(new RequestRules(false, true, true, List.of()));
      Request request = reader.read(file);
      // The archive reads it with the same bounds.
      Files.delete(new MaskedCopy().write(file, folder.resolve("copy.csv")));
      return request;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<Arguments> tooMuch() {
    return Stream.of(
        Arguments.of(
            "a header of 7 million columns", "0,".repeat(7 << 20), "longer than 65536 characters"),
        Arguments.of("a header of 2000 columns", "0,".repeat(2000), "more than 1000"),
        Arguments.of("one line without end", "source_email".repeat(1 << 20), "longer than 65536"),
        Arguments.of("300,000 rows", HEADER + "x\n".repeat(300_000), "more than 200000 rows"),
        Arguments.of(
            "8 million empty lines", HEADER + "\n".repeat(8 << 20), "more than 1000000 lines"),
        Arguments.of(
            "an open quote in the header", "\"source_email,\n" + GOOD.repeat(300_000), "header"),
        Arguments.of("300,000 entries", "[" + "1,".repeat(300_000) + "1]", "more than 200000 rows"),
        Arguments.of("arrays in arrays", "[".repeat(100_000), "more than 100 of them"),
        Arguments.of(
            "objects in an unknown member",
            "[{\"x\":" + "{\"x\":".repeat(100_000),
            "more than 100"),
        Arguments.of(
            "deep names of files", OPEN + "\"contacts\":" + "[".repeat(1000), "more than 100"),
        Arguments.of("NaN", OPEN + "\"source_port\": NaN}]", "not JSON from there on"),
        Arguments.of("17 MiB", "x".repeat(17 << 20), "larger than 16 MiB"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tooMuch")
  void aRequestBeyondABoundIsRejectedByTheNameOfTheBound(String what, String text, String cause) {
    Problem problem = catchThrowableOfType(RequestRejected.class, () -> read(text)).problem();

    assertThat(problem.cause()).as(what).contains(cause).hasSizeLessThan(300);
    assertThat(problem.owner()).isEqualTo(Owner.CUSTOMER);
  }

  static Stream<Arguments> badRows() {
    String lines =
        IntStream.range(0, 20).mapToObj(i -> "x" + i + "\n").collect(Collectors.joining());
    return Stream.of(
        Arguments.of("a row of a million values", "0,".repeat(1 << 20) + "\n", 1),
        Arguments.of("a value of 100,000 letters", "a".repeat(100_000) + ",x,h\n", 1),
        Arguments.of("a value of 60,000 blanks", "a" + " ".repeat(60_000) + "b,x,h\n", 1),
        Arguments.of(
            "a host of 60,000 umlauts", "a@b.example,x," + "\u00fc".repeat(60_000) + "\n", 1),
        Arguments.of("a quoted value of 20 lines", "\"" + lines + "\",x,h\n", 21),
        Arguments.of("500 open quotes", "a@b.example,\"x,h\n".repeat(500), 500),
        Arguments.of("5,000 letters behind quotes", "\"a\"b,x,h\n".repeat(5_000), 5_000),
        Arguments.of("5,000 open quotes", "b@b.example,\"x,h\n".repeat(5_000), 5_000));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badRows")
  void aRowBeyondABoundIsRejectedAndItsNeighboursAreNot(String what, String rows, int problems) {
    Request request = read(HEADER + "1" + GOOD + rows + "2" + GOOD);

    assertThat(request.rows())
        .as(what)
        .extracting(RequestRow::sourceAddress)
        .containsExactly("1anna@example.org", "2anna@example.org");
    assertThat(request.rejected()).hasSize(problems);
    assertThat(request.rejected()).allMatch(problem -> problem.problem().length() < 300);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"source_port\": %9",
        "\"source_port\": -1",
        "\"source_port\": 1e400",
        "\"source_port\": 9.9",
        "\"source_port\": \"%9\"",
        "\"%x\": 1",
        "\"source_username\": \"%x\"",
        "\"source_username\": %9",
        "\"contacts\": \"%|a\"",
        "\"contacts\": [%1,1]",
        "\"source_username\": \"\\ud800\"",
        "\"source_username\": true, \"source_username\": \"a\""
      })
  void anOddMemberRejectsItsEntryAlone(String member) {
    String good = "{\"source_email\": \"b@example.org\", \"source_password\": \"x\"," + IMAP + "}]";
    String bad =
        member
            .replaceAll("%(.)", "$1".repeat(10_000))
            .replace("1".repeat(10_000), "1,".repeat(10_000) + "1");
    Request request = read(OPEN + bad + "," + IMAP + "}, " + good);

    assertThat(request.rows())
        .extracting(RequestRow::sourceAddress)
        .containsExactly("b@example.org");
    assertThat(request.rejected()).hasSize(1);
    assertThat(request.rejected().get(0).toString()).hasSizeLessThan(1000);
  }

  @Test
  void anEntryOfManyUnknownMembersHasFewProblems() {
    String members = "\"sourc_email\": 1,".repeat(200_000);

    assertThat(read(OPEN + members + IMAP + "}]").rejected()).hasSizeBetween(1, 30);
  }

  @Test
  void aHundredThousandRowsAreRead() {
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 0; i < 100_000; i++) {
      text.append("user").append(i).append('@').append(GOOD.substring(5));
    }

    assertThat(read(text.toString()).rows()).hasSize(100_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {";", ",", "\t", "|", ":", "^"})
  void theSeparatorOfTheFirstLineIsUsed(String separator) {
    String text = (HEADER + GOOD).replace(",", separator);
    for (String first :
        List.of("sep=" + separator, "SEP=" + separator + "\r", "\"sep=" + separator + "\"")) {
      Request request = read("\n" + first + "\n" + text);

      assertThat(request.rows()).extracting(RequestRow::line).containsExactly(4);
      assertThat(request.rejected()).isEmpty();
    }
  }

  @Test
  void aLineIsTheSameInTheFileAndInItsArchivedCopy() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.csv"), "sep=;\n" + (HEADER + "x,y,z\n").replace(',', ';'));
    RequestReader reader = new RequestReader(new RequestRules(false, true, true, List.of()));
    Path copy = new MaskedCopy().write(file, folder.resolve("copy.csv"));

    assertThat(reader.read(file).rejected()).extracting(RowProblem::line).containsOnly(3);
    assertThat(reader.read(copy).rejected()).extracting(RowProblem::line).containsOnly(3);
  }
}
