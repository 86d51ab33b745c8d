package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.secrets.MemoryVault;
import org.mailcaravan.secrets.Vault;
import org.mailcaravan.server.TestClock;

/** The drop folder, taken as the route does. */
@Timeout(60)
class DropFolderTest {
  private static final String HEADER = "source_email,source_password,source_imap_server\n";
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final String OTHERS = "(?is)\\..*|.*\\.(vcf|part)";

  private final Path folder;
  private final Path drop;
  private final Path data;
  private final List<String> taken = new ArrayList<>();
  private final List<String> passwords = new ArrayList<>();
  private final Map<String, Instant> openedAt = new HashMap<>();
  private final Vault vault = new MemoryVault();
  private final TestClock clock = TestClock.at(Instant.parse("2026-01-02T03:04:05Z"));
  private DropFolder requests;

  DropFolderTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.drop = Files.createDirectory(folder.resolve("drop"));
    this.data = folder.resolve("taken");
    this.requests = start();
  }

  private DropFolder start() {
    RequestReader reader = new RequestReader(new RequestRules(false, false, false, List.of()));
    return new DropFolder(
        drop,
        INTERVAL,
        data,
        reader,
        new SealedRows(vault),
        clock,
        (name, since) -> openedAt.containsKey(name) && !openedAt.get(name).isBefore(since),
        DatabaseAway.class::isInstance,
        problems -> problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
  }

  private static String row(String name) {
    return name + "@example.org,hunter2,imap.example.org\n";
  }

  private static final class DatabaseAway extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private Path drop(String name, String content) throws IOException {
    return Files.writeString(drop.resolve(name), content);
  }

  private void look() {
    for (DropFolder.Dropped dropped : requests.look(OTHERS)) {
      try {
        Request request = requests.take(dropped);
        if (!request.rejected().isEmpty()) {
          requests.writeRejectedRows(dropped, request.rejected().toString());
        }
        request.rows().stream().map(RequestRow::sourceAddress).forEach(taken::add);
        request.rows().forEach(row -> passwords.add(row.sourcePassword().reveal()));
        requests.accepted(dropped);
      } catch (RuntimeException e) {
        requests.reject(dropped, e, null);
      }
    }
    clock.pass(INTERVAL);
  }

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      look();
    }
  }

  private List<String> names(String under) throws IOException {
    Path where = drop.resolve(under);
    if (Files.notExists(where)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(where)) {
      return files
          .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aKillBeforeTheFileIsRememberedMigratesItOnce(boolean stored) throws IOException {
    drop("a.csv", HEADER + row("anna"));
    openedAt.put("a.csv", clock.instant());
    look();
    clock.pass(INTERVAL);
    Request request = requests.take(requests.look(OTHERS).get(0));
    assertThat(request.rows()).hasSize(1);
    if (stored) {
      openedAt.put("a.csv", clock.instant());
    }

    requests = start();
    look(2);
    assertThat(taken).hasSize(stored ? 0 : 1);
    look(DropFolder.INTERVALS_KEPT);
    assertThat(names("")).isEmpty();
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void aWholeFileIsTakenOnceAndDeletedWhenItStaysAsItIs() throws IOException {
    drop("a.csv", HEADER + row("anna"));
    look(3);
    assertThat(taken).containsExactly("anna@example.org");
    assertThat(names("")).containsExactly("a.csv");
    look(DropFolder.INTERVALS_KEPT);

    assertThat(taken).hasSize(1);
    assertThat(names("")).isEmpty();
    assertThat(drop.resolve("done/a.csv")).content().contains("anna").doesNotContain("hunter2");
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void aWorkbookIsTakenAndItsCopyAndItsRepairListAreCsv() throws IOException {
    Path list =
        Path.of("src/test/resources/org/mailcaravan/intake/lists/written-by-xlsxwriter.xlsx");
    Files.copy(list, drop.resolve("list.xlsx"));
    Files.copy(
        list.resolveSibling("written-by-openpyxl.xlsx"), drop.resolve("without-servers.xlsx"));
    look(3);

    assertThat(taken).containsExactly("anna@old.example", "ben@old.example");
    assertThat(passwords).containsExactly("secret-anna", "00123");
    assertThat(names("done")).containsExactly("list.xlsx.csv", "without-servers.xlsx.csv");
    assertThat(drop.resolve("done/list.xlsx.csv"))
        .content()
        .contains("anna@old.example,********,mail.old.example,993")
        .doesNotContain("secret", "00123");
    assertThat(names("rejected"))
        .containsExactly("without-servers.rejected.csv", "without-servers.repair.csv");
    assertThat(drop.resolve("rejected/without-servers.repair.csv"))
        .content()
        .contains("is a date to the spreadsheet program")
        .doesNotContain("secret", "4711");
    look(DropFolder.INTERVALS_KEPT);
    assertThat(names("")).isEmpty();
  }

  @Test
  void whatIsWrittenAfterAPauseIsTakenTooAndNothingTwice() throws IOException {
    Path file = drop("a.csv", HEADER + row("anna") + "ben@examp");
    look(5);
    Files.writeString(
        file, "le.org,hunter2,imap.example.org\n" + row("cem"), StandardOpenOption.APPEND);
    look(DropFolder.INTERVALS_KEPT + 3);

    assertThat(taken).containsExactly("anna@example.org", "ben@example.org", "cem@example.org");
    assertThat(names("")).isEmpty();
  }

  @Test
  void aFileOfTheSameSizeAndTimeWithOtherContentIsNotDeletedUnread() throws IOException {
    Path file = drop("a.csv", HEADER + row("anna"));
    FileTime time = Files.getLastModifiedTime(file);
    look(5);
    Files.writeString(file, HEADER + row("bert"));
    Files.setLastModifiedTime(file, time);
    look(2 * DropFolder.INTERVALS_KEPT + 5);

    assertThat(taken).containsExactly("anna@example.org", "bert@example.org");
    assertThat(names("")).isEmpty();
  }

  @Test
  void aFileThatGrowsIsNotTakenBeforeItRests() throws IOException {
    Path file = drop("a.csv", HEADER);
    for (int i = 0; i < 5; i++) {
      look();
      Files.writeString(file, row("u" + i), StandardOpenOption.APPEND);
    }
    assertThat(taken).isEmpty();
    look(2);
    assertThat(taken).hasSize(5);
  }

  @Test
  void aKillLetsNoFileBeTakenTwiceAndAStopLeavesNoPassword() throws IOException {
    drop("a.csv", HEADER + row("anna"));
    look(3);
    requests = start();
    look(3);
    assertThat(taken).containsExactly("anna@example.org");
    requests.close();

    assertThat(names("")).isEmpty();
    assertThat(data).isEmptyDirectory();
    requests = start();
    drop("a.csv", HEADER + row("anna"));
    look(3);
    assertThat(taken).as("the same request again").hasSize(2);
  }

  @Test
  void linksPipesAndSocketsAreNotOpenedAndTheFileBehindALinkKeepsItsMode() throws Exception {
    Path precious = Files.writeString(folder.resolve("precious"), "no request");
    Files.setPosixFilePermissions(precious, PosixFilePermissions.fromString("rw-r--r--"));
    Files.createSymbolicLink(drop.resolve("link.csv"), precious);
    Files.createSymbolicLink(drop.resolve("folder.csv"), folder);
    Files.createSymbolicLink(drop.resolve("broken.csv"), folder.resolve("nowhere"));
    Process made = new ProcessBuilder("mkfifo", drop.resolve("pipe.csv").toString()).start();
    assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
    drop("good.csv", HEADER + row("anna"));
    look(3);

    assertThat(taken).containsExactly("anna@example.org");
    assertThat(names("")).containsExactly("good.csv");
    assertThat(names("rejected"))
        .contains("20260102-030406-link.csv", "20260102-030406-link.csv.answer.txt")
        .contains("20260102-030406-pipe.csv", "20260102-030406-broken.csv")
        .hasSize(8);
    assertThat(drop.resolve("rejected/20260102-030406-link.csv.answer.txt"))
        .content()
        .contains("links are not followed", "the customer");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(precious)))
        .isEqualTo("rw-r--r--");
    assertThat(precious).hasContent("no request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"done", "rejected"})
  void aLinkInThePlaceOfAFolderOfOursLeadsNowhere(String name) throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.createSymbolicLink(drop.resolve(name), elsewhere);
    drop("a.csv", HEADER + row("anna") + "ben,hunter2,imap.example.org\n");
    drop("b.csv", "no request");
    look(3);

    assertThat(taken).containsExactly("anna@example.org");
    assertThat(elsewhere).isEmptyDirectory();
    assertThat(names(name)).isNotEmpty();
  }

  @Test
  void aLinkThatComesBetweenTwoLooksIsNotFollowed() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    drop("a.csv", HEADER + row("anna"));
    look();
    DropFolder.Dropped dropped = requests.look(OTHERS).get(0);
    Files.createSymbolicLink(drop.resolve("done"), elsewhere);

    assertThat(catchThrowable(() -> requests.take(dropped)))
        .hasMessageContaining("a link in the place");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void aRequestWhoseMigrationRunsIsNotPutAsideAndNotTakenTwice() throws IOException {
    drop("a.csv", HEADER + row("anna"));
    look();
    DropFolder.Dropped dropped = requests.look(OTHERS).get(0);
    assertThat(requests.take(dropped).rows()).hasSize(1);
    Migration migration = new Migration("1-a", "a.csv", clock.instant(), List.of(), List.of());
    requests.reject(dropped, new IllegalStateException("no space left"), migration);
    look(3);

    assertThat(taken).isEmpty();
    assertThat(names("rejected")).isEmpty();
    requests.close();
    assertThat(names("")).isEmpty();
  }

  @Test
  void aRequestThatAFailureKeptFromBeingStoredStaysAndIsTakenWhenThatHasPassed()
      throws IOException {
    drop("a.csv", HEADER + row("anna"));
    look();
    for (int tries = 0; tries < 3; tries++) {
      List<DropFolder.Dropped> found = requests.look(OTHERS);
      found.forEach(
          dropped -> {
            assertThat(requests.take(dropped).rows()).hasSize(1);
            requests.reject(dropped, new DatabaseAway(), null);
          });
      clock.pass(INTERVAL);
    }

    assertThat(taken).isEmpty();
    assertThat(names("rejected")).isEmpty();
    look(3);
    assertThat(taken).containsExactly("anna@example.org");
  }

  @Test
  void aFileWithAnotherNameElsewhereKeepsItsMode() throws IOException {
    Path precious = Files.writeString(folder.resolve("precious"), "no request");
    Files.setPosixFilePermissions(precious, PosixFilePermissions.fromString("rw-r--r--"));
    Files.createLink(drop.resolve("hard.csv"), precious);
    look(3);

    assertThat(names("")).isEmpty();
    assertThat(names("rejected")).hasSize(2);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(precious)))
        .isEqualTo("rw-r--r--");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-rf.csv",
        "a\\..\\..\\b.csv",
        "a\nb.csv",
        "..a.csv x",
        "...csv$",
        "${env:HOME}.csv",
        "a\u001b[31m\u202egnp.csv",
        "a'b\"c|d*.csv"
      })
  void anyNameIsTakenAndNothingIsWrittenElsewhere(String name) throws IOException {
    if (!name.startsWith(".")) {
      drop("bad " + name, "no request");
    }
    drop("x" + name, HEADER + row("anna"));
    look(3);
    requests.close();

    assertThat(taken).containsExactly("anna@example.org");
    assertThat(names("")).isEmpty();
    assertThat(names("done")).hasSize(1);
    assertThat(names("rejected")).hasSizeLessThanOrEqualTo(2);
    assertThat(Stream.concat(names("done").stream(), names("rejected").stream()))
        .noneMatch(written -> written.matches("(?s).*[\\\\\\n\\u001b\\u202e$].*"));
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("drop", "taken");
  }

  @Test
  void aNameOfControlCharactersIsShownCut() throws IOException {
    drop("\u001b".repeat(250) + ".csv", HEADER + row("anna"));
    look();

    assertThat(requests.look(OTHERS).get(0).name()).startsWith("\\u001B").hasSizeLessThan(310);
  }

  @Test
  void aNameOf255OctetsAndOneThatIsNotUtf8AreTaken() throws Exception {
    drop("a".repeat(251) + ".csv", HEADER + row("anna"));
    drop("b".repeat(251) + ".csv", "no request");
    byte[] script =
        "printf '%s' x > \"$1/$(printf 'c\\377.csv')\"".getBytes(StandardCharsets.UTF_8);
    Process made =
        new ProcessBuilder(
                "sh", "-c", new String(script, StandardCharsets.UTF_8), "sh", drop.toString())
            .start();
    assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
    look(3);
    requests.close();

    assertThat(taken).containsExactly("anna@example.org");
    assertThat(names("")).isEmpty();
    assertThat(names("rejected")).hasSize(4);
  }

  @Test
  void aRowThatWasTurnedAwayComesBackWithoutItsSecretsAndIsRepairedOnce() throws IOException {
    String secret = "=hunter2, \"x\"";
    drop(
        "a.csv",
        HEADER
            + "anna@examp le.org,\""
            + secret.replace("\"", "\"\"")
            + "\",imap.example.org\n"
            + "ben@example.org,hunter3,imap.example.org:1\n"
            + "hunter4@x.y,cem@example.org,imap.example.org,\n");
    look(3);
    Path list = drop.resolve("rejected/a.repair.csv");
    String repair = Files.readString(list);
    int optional = Column.values().length - 3;

    assertThat(taken).isEmpty();
    assertThat(repair).doesNotContain("hunter", "examp le").contains("sealed:");
    assertThat(repair.lines().map(line -> line.replaceAll("sealed:[^.]*", "sealed:")))
        .containsExactly(
            "\uFEFF\"line\",\"problem\","
                + CsvTemplate.text().strip().replaceAll("[a-z_]+", "\"$0\"")
                + ",\"left_over\"",
            "\"2\",\"source_email is not an e-mail address: what follows the @ is not the name of a domain:"
                + " Write one address, such as anna@example.org.\",\"sealed:.source_email\","
                + "\"sealed:.source_password\",\"imap.example.org\""
                + ",\"\"".repeat(optional + 1),
            "\"3\",\"source_imap_server has a port after the name of the server: Write only the name, such as"
                + " imap.example.org; the port goes into source_port, and tls, starttls or none into"
                + " source_security.\",\"ben@example.org\",\"sealed:.source_password\","
                + "\"imap.example.org:1\""
                + ",\"\"".repeat(optional + 1),
            "\"4\",\"the row has 4 values, the header 3 columns: Put values that hold \"\",\"\" between quotation"
                + " marks, and leave no column out; a value may be empty.\",\"sealed:.source_email\","
                + "\"sealed:.source_password\",\"sealed:.source_imap_server\""
                + ",\"\"".repeat(optional)
                + ",\"empty this cell when the others are right\"");
    assertThat(drop.resolve("done/a.csv")).content().doesNotContain("hunter", "examp le");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(list)))
        .isEqualTo("rw-------");

    // The third has its columns confused: what is a password may go where passwords stand.
    String repaired =
        repair
            .replaceFirst("\"sealed:[^\"]*\"", "\"anna@example.org\"")
            .replaceFirst(
                "\"(sealed:[^\"]*source_email)\",\"sealed:[^\"]*\",\"sealed:[^\"]*\"",
                "\"cem@example.org\",\"$1\",\"imap.example.org\"")
            .replace("empty this cell when the others are right", "");
    drop("b.csv", repaired);
    look(3);
    assertThat(taken).containsExactly("anna@example.org", "cem@example.org");
    assertThat(passwords).containsExactly(secret, "hunter4@x.y");
    assertThat(names("rejected")).contains("b.repair.csv");

    drop("c.csv", repaired);
    look(3);
    assertThat(taken).hasSize(2);
    assertThat(drop.resolve("rejected/c.rejected.csv"))
        .content()
        .contains("refers to a value that is not kept")
        .doesNotContain("hunter");
  }

  /** What a spreadsheet program, or a hand, makes of a sealed cell; it still is the password. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sealed:$1$2",
        "SEALED:$1$2",
        " sealed:$1$2 ",
        "'sealed:$1$2'",
        "“sealed:$1$2”\u00a0"
      })
  void aSealedCellIsGoodWithCapitalsBlanksAndQuotesAroundIt(String cell) throws IOException {
    String repair = repairOf("a", HEADER + "ann@example.org,hunter2,\n");
    drop("b.csv", withCell(repair, cell));
    look(3);

    assertThat(passwords).containsExactly("hunter2");
  }

  /** A slip in a sealed cell turns the row away, and costs nothing: without it the row is taken. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sealed:$1.source_passwor",
        "sealed:$1.source_passwordd",
        "sealed:$1",
        "sealed:$1.",
        "seald:$1$2",
        "sealde:$1$2",
        "sealed;$1$2",
        "sealed$1$2",
        "ealed:$1$2",
        ":$1$2",
        "$1$2",
        "sealed:x$1$2",
        "sealed:$1,source_password"
      })
  void aSlipInASealedCellLosesNothing(String cell) throws IOException {
    String repair = repairOf("a", HEADER + "ann@example.org,hunter2,\n");
    drop("b.csv", withCell(repair, cell));
    look(3);
    assertThat(taken).isEmpty();
    assertThat(drop.resolve("rejected/b.rejected.csv"))
        .content()
        .contains("is nearly a sealed value");

    drop("c.csv", withCell(repair, "sealed:$1$2"));
    look(3);
    assertThat(passwords).containsExactly("hunter2");
  }

  private static String withCell(String repair, String cell) {
    return repair.replaceFirst(
        "\"sealed:([^.\"]*)([^\"]*)\",\"\"", "\"" + cell + "\",\"imap.example.org\"");
  }

  @Test
  void noListToBeRepairedIsLargerThanARequestMayBe() throws IOException {
    int rows = 30_000;
    StringBuilder content = new StringBuilder(HEADER);
    for (int i = 0; i < rows; i++) {
      content.append("%d,hunter2,\n".formatted(i));
    }
    drop("a.csv", content.toString());
    look(3);

    assertThat(names("rejected"))
        .containsExactly("a.rejected.csv", "a.repair.2.csv", "a.repair.csv");
    int listed = 0;
    for (String name : List.of("a.repair.csv", "a.repair.2.csv")) {
      Path list = drop.resolve("rejected").resolve(name);
      assertThat(Files.size(list)).isLessThan(RequestText.LARGEST);
      try (Stream<String> lines = Files.lines(list)) {
        listed += (int) lines.count() - 1;
      }
    }
    assertThat(listed).isEqualTo(rows);
  }

  private String repairOf(String name, String content) throws IOException {
    drop(name + ".csv", content);
    look(3);
    return Files.readString(drop.resolve("rejected/" + name + ".repair.csv"));
  }

  @Test
  void everyRowThatWasTurnedAwayCanBeRepairedHoweverManyAndLong() throws IOException {
    int rows = 3000;
    String longest = "x".repeat(60_000);
    StringBuilder content =
        new StringBuilder("source_email,source_password,source_imap_server,contacts\n");
    for (int i = 0; i < rows; i++) {
      content.append(
          "u%d@example.org,hunter%d,,%s\n".formatted(i, i, i % 1000 == 0 ? longest : ""));
    }
    String repair = repairOf("a", content.toString());
    assertThat(repair.lines()).hasSize(rows + 1).noneMatch(line -> line.contains("hunter"));
    assertThat(repair.lines().skip(1).map(line -> line.split(",", -1)[0]))
        .startsWith("\"2\"", "\"3\"");
    assertThat(repair).contains("\"u2999@example.org\"");

    String server = "\"imap.example.org\"";
    drop(
        "b.csv",
        repair
            .replaceAll("(source_password\"),\"\"", "$1," + server)
            .replaceAll("\"sealed:[^\"]*\\.contacts\"", "\"\""));
    look(3);
    assertThat(taken).hasSize(rows);
    assertThat(passwords.get(2999)).isEqualTo("hunter2999");

    // A second time the long ones come back whole, in a column of passwords.
    String all = repairOf("c", content.toString());
    drop(
        "d.csv",
        all.replaceAll("(source_password\"),\"\"", "$1," + server)
            .replaceAll(
                "\"sealed:[^\"]*source_password\",(.*?)\"(sealed:[^\"]*contacts)\"",
                "\"$2\",$1\"\""));
    look(3);
    assertThat(drop.resolve("rejected/d.rejected.csv"))
        .content()
        .contains("is longer than 1000 characters");
  }

  /** What is unreadable, the cells to look at, and the password that can be made of them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann@example.org,hun,ter,imap.example.org",
        "ann@example.org,hunter",
        "ann@example.org,\"hun\"ter,imap.example.org",
        "\"ann@example.org,hunter,imap.example.org"
      })
  void whatCannotBeReadIsKeptAndTakenOnlyAfterSomebodyHasLooked(String row) throws IOException {
    String repair = repairOf("a", HEADER + "\n" + row + "\n" + row("ben"));
    assertThat(taken).containsExactly("ben@example.org");
    assertThat(repair).doesNotContain("hun").contains("\"3\",", "sealed:");

    drop("b.csv", repair);
    look(3);
    assertThat(taken).hasSize(1);
    assertThat(drop.resolve("rejected/b.rejected.csv")).content().contains("left_over");

    String again = Files.readString(drop.resolve("rejected/b.repair.csv"));
    List<String> cells = List.of(again.lines().toList().get(1).split("\",\"", -1));
    String password = row.contains("hun,ter") ? cells.get(3) + "," + cells.get(4) : cells.get(3);
    drop("c.csv", HEADER + "ann@example.org,\"" + password + "\",imap.example.org\n");
    look(3);
    assertThat(taken).containsExactly("ben@example.org", "ann@example.org");
    assertThat(passwords.get(1))
        .isEqualTo(
            row.contains("hun,ter")
                ? "hun,ter"
                : row.contains("\"hun\"") ? "\"hun\"ter" : "hunter");
  }

  @Test
  void whatJsonHasTooMuchIsKept() throws IOException {
    String repair =
        repairOf(
            "a",
            """
            [{"source_email": "ann@example.org", "source_imap_server": "imap.example.org", "source_pasword": "hunter2"},
             {"source_email": "ben@example.org", "source_imap_server": "imap.example.org", "source_password": 20191224},
             ["cem@example.org", "hunter3"]]
            """);
    assertThat(repair).doesNotContain("hunter", "20191224").contains("ann@example.org");
    drop(
        "b.csv",
        repair
            .replaceFirst("\"\",(.*)\"(sealed:[^\"]*left_over)\"", "\"$2\",$1\"\"")
            .replaceFirst("(?s)\"3\",.*", ""));
    look(3);
    assertThat(taken).containsExactly("ann@example.org", "ben@example.org");
    assertThat(passwords).containsExactly("hunter2", "20191224");
  }

  @Test
  void aRepairedFileThatChangesIsReadAgainWithItsSecrets() throws IOException {
    String repair = repairOf("a", HEADER + "anna@example.org,hunter3,\nben@example.org,hunter4,\n");
    String empty = "(source_password\"),\"\"";
    String full = "$1,\"imap.example.org\"";
    Path file = drop("b.csv", repair.replaceFirst(empty, full));
    look(3);
    assertThat(taken).containsExactly("anna@example.org");
    Files.writeString(file, repair.replaceAll(empty, full));
    look(3);

    assertThat(taken).containsExactly("anna@example.org", "ben@example.org");
    assertThat(passwords).containsExactly("hunter3", "hunter4");
  }

  @Test
  void aRequestThatNeedsMoreMemoryThanThereIsIsToldInWords() throws IOException {
    drop("a.csv", HEADER + row("anna"));
    look();
    DropFolder.Dropped dropped = requests.look(OTHERS).get(0);
    requests.reject(dropped, new OutOfMemoryError("Java heap space"), null);

    assertThat(drop.resolve("rejected/20260102-030406-a.csv.answer.txt"))
        .content()
        .contains("ran out of its memory", "Split the file");
  }

  @Test
  void manyFilesAreTakenInOneLook() throws IOException {
    for (int i = 0; i < 1500; i++) {
      drop(i + ".csv", HEADER + row("u" + i));
    }
    look(3);

    assertThat(taken).hasSize(1500);
  }

  @Test
  void aFileThatIsLeftWhereItIsIsTriedOnce() throws IOException {
    Files.writeString(drop.resolve("done"), "in the way");
    Files.writeString(drop.resolve("rejected"), "in the way");
    drop("a.csv", HEADER + row("anna"));
    look(2);
    int before = requests.look(OTHERS).size();

    assertThat(before).isZero();
    assertThat(taken).isEmpty();
    assertThat(drop.resolve("a.csv")).content().contains("hunter2");
  }

  @Test
  void aLookAtAFolderThatCannotBeReadIsNoFault() throws IOException {
    Files.delete(drop);
    Files.writeString(drop, "no folder");

    assertThat(catchThrowable(() -> look(3))).isNull();
  }

  @Test
  void aListThatRefersToALongValueAgainAndAgainIsPutAside() throws IOException {
    String long60k = HEADER + "anna@example.org," + "x".repeat(60_000) + ",imap.example.org\n";
    String reference =
        repairOf("a", long60k).replaceFirst("(?s).*\"(sealed:[^\"]*source_password)\".*", "$1");
    drop(
        "b.csv",
        HEADER
            + ("ben@example.org," + (reference + "-").repeat(100) + ",imap.example.org\n")
                .repeat(20));
    look(3);
    assertThat(names("rejected")).anyMatch(name -> name.endsWith("b.csv.answer.txt"));
    // What it refers to is kept.
    assertThat(repairOf("c", HEADER + "ben@example.org," + reference + ",\n"))
        .doesNotContain(reference)
        .contains("is longer than 1000 characters");
  }
}
