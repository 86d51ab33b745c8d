package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestReading.ReadColumn;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.report.ReadingText;

/**
 * Lists that people already have. Beside each list in {@code lists} is its reading: what each
 * column was taken for, what is noted, and what comes of each row.
 */
class ListsOfOtherProductsTest {
  private static final RequestRules RULES =
      new RequestRules(false, false, false, List.of(), OAuthRules.NONE, "imap.new.example", false);

  /** Knows one provider. */
  static final SourceServers SERVERS =
      address ->
          address.endsWith("@old.example") || address.endsWith("@new.example")
              ? new SourceServers.Found(
                  new Server("imap.old.example", 993, Security.TLS),
                  address,
                  "The server of old.example is known.")
              : SourceServers.NONE.find(address);

  private final Path folder;

  ListsOfOtherProductsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  static Path lists() {
    URL there = Objects.requireNonNull(ListsOfOtherProductsTest.class.getResource("lists"));
    try {
      return Path.of(there.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(lists())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".txt"))
          .sorted()
          .toList();
    }
  }

  private Request read(String text) {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private Request read(byte[] octets) {
    try {
      return new RequestReader(RULES, SERVERS).read(Files.write(folder.resolve("a.csv"), octets));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void aListIsReadAsItsProductMeansIt(String name) throws IOException {
    Path list = lists().resolve(name);
    Request request = new RequestReader(RULES, SERVERS).read(list);
    String reading = written(request);
    Path expected = lists().resolve(name + ".txt");

    if (Boolean.getBoolean("mailcaravan.write-docs")) {
      Files.writeString(
          Path.of("src/test/resources/org/mailcaravan/intake/lists", name + ".txt"), reading);
    }
    assertThat(reading).isEqualTo(Files.readString(expected));
    assertThat(request.reading() + " " + request.rejected())
        .doesNotContain("secret-", "secret,", "new-anna", "new-ben", "4711");
  }

  /** The archived copy of such a list has no password in it, whatever its columns are called. */
  @ParameterizedTest
  @MethodSource("names")
  void theArchivedCopyHoldsNoPassword(String name) throws IOException {
    Path list = lists().resolve(name);
    Request request = new RequestReader(RULES, SERVERS).read(list);
    Set<Integer> rejected =
        request.rejected().stream().map(RowProblem::line).collect(Collectors.toSet());
    Path copy = new MaskedCopy().write(RawRequest.read(list), rejected, folder.resolve(name));

    assertThat(Files.readString(copy))
        .contains(name.contains("openpyxl") ? "fred@old.example" : "anna@old.example")
        .doesNotContain("secret", "new-", "4711", "00123");
    assertThat(copy.getFileName().toString()).endsWith(".csv");
    assertThat(copy).satisfiesAnyOf(this::isNoRequest, this::hasNoGoodRow);
  }

  private void isNoRequest(Path copy) {
    assertThatThrownBy(() -> new RequestReader(RULES, SERVERS).read(copy))
        .isInstanceOf(RequestRejected.class);
  }

  private void hasNoGoodRow(Path copy) {
    assertThat(new RequestReader(RULES, SERVERS).read(copy).rows()).isEmpty();
  }

  /** A spreadsheet program saves a list with the separator of its language. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "imap.old.example,anna@old.example,secret,imap.new.example,anna@new.example,new | imapsync",
        "anna@old.example#secret;anna@new.example | GAMME",
        "anna@old.example\tsecret\tAnna Example | Kerio",
        "`sep=:\nanna@old.example:secret:Anna Example` | Kerio",
      })
  void aShapeIsKnownWithOtherSeparatorsToo(String text, String product) {
    Request request = read(text);

    assertThat(request.reading().form()).isEqualTo(product);
    assertThat(request.rows())
        .extracting(RequestRow::sourceAddress, row -> row.sourcePassword().reveal())
        .containsExactly(tuple("anna@old.example", "secret"));
  }

  private static String written(Request request) {
    List<String> lines = new ArrayList<>(ReadingText.lines(request.reading()));
    for (RequestRow row : request.rows()) {
      Secret changed = row.destinationPassword();
      lines.add(
          "line %d: %s, login %s with \"%s\" at %s:%d %s; to %s%s"
              .formatted(
                  row.line(),
                  row.sourceAddress(),
                  row.sourceUsername(),
                  row.sourcePassword().reveal(),
                  row.source().host(),
                  row.source().port(),
                  row.source().security().word(),
                  row.destinationAddress(),
                  changed == null ? "" : " with \"" + changed.reveal() + "\""));
    }
    for (RowProblem problem : request.rejected()) {
      lines.add(
          "line %d rejected: %s %s (%s)"
              .formatted(problem.line(), problem.column(), problem.problem(), problem.value()));
    }
    return String.join("\n", lines) + "\n";
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-8, false",
    "UTF-8, true",
    "UTF-16LE, false",
    "UTF-16LE, true",
    "UTF-16BE, false",
    "UTF-16BE, true",
    "windows-1252, false",
  })
  void theCharacterSetIsFoundOut(String charset, boolean mark) {
    for (String delimiter : List.of(",", ";", "\t", "|")) {
      String text =
          (mark ? "\uFEFF" : "")
              + "EmailAddress,UserName,Password\r\nanna@new.example,anna@old.example,Größe€\r\n"
                  .replace(",", delimiter);
      Request request = read(text.getBytes(Charset.forName(charset)));

      assertThat(request.rejected()).isEmpty();
      assertThat(request.rows())
          .extracting(row -> row.sourcePassword().reveal())
          .containsExactly("Größe€");
      assertThat(request.reading().summary()).contains("Microsoft 365");
      assertThat(request.reading().notes().toString())
          .contains(charset.startsWith("w") ? "The passwords of line 2 have letters" : "known");
    }
  }

  /** What a header means depends on its neighbours. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "email,password | source_email,source_password",
        "Mail,Passwort | source_email,source_password",
        "Email Address,Password | source_email,source_password",
        "username,password | source_email,source_password",
        "e-mail,user name,password | destination_email,source_email,source_password",
        "email,username,password,target_email | source_email,source_username,source_password,destination_email",
        "email,source_username,password | source_email,source_username,source_password",
        "source_email,src_user,password | source_email,source_username,source_password",
        "old_username,old_password,new_username,new_password | source_email,source_password,destination_email,destination_password",
        "external email,email password,imap server | source_email,source_password,source_imap_server",
        "email,password,imap server,port | source_email,source_password,source_imap_server,source_port",
        "Postfach,Altes Passwort,Server,Port,Neues Postfach,Neues Passwort | source_email,source_password,source_imap_server,source_port,destination_email,destination_password",
        "Adresse e-mail,Mot de passe,Serveur,Nouveau mot de passe | source_email,source_password,source_imap_server,destination_password",
        "Correo,Contraseña,Servidor,Puerto | source_email,source_password,source_imap_server,source_port",
        "Casella,Password,Server,Porta | source_email,source_password,source_imap_server,source_port",
        "E-mailadres,Wachtwoord,Inkomende server,Poort | source_email,source_password,source_imap_server,source_port",
        "user1,password1,host1,port1 | source_email,source_password,source_imap_server,source_port",
      })
  void aHeaderIsReadByItsNeighbours(String header, String columns) {
    String row = "x,".repeat(header.split(",").length - 1) + "x\n";

    assertThat(read(header + "\n" + row).reading().columns())
        .extracting(ReadColumn::column)
        .containsExactly(columns.split(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "source_email,email,password | column 2 | the column source_email is there twice",
        "email,email address,password | column 2 | the column source_email is there twice",
        "username,user1,password | column 2 | the column source_email is there twice",
        "email,password,source_password | column 3 | the column source_password is there twice",
        "email,password,pass word 3 | column 3 | the column has a name that is not known, did you mean password?",
        "email,password,server,host | column 4 | the column source_imap_server is there twice",
        "target_email,target_password | line 1 | the header lacks source_email, source_password",
        "email,new_password | line 1 | the header lacks source_password",
        "full name,start date | line 1 | the header lacks source_email",
      })
  void aHeaderThatWouldHaveToBeGuessedIsRejected(String header, String place, String cause) {
    RequestRejected rejected =
        catchThrowableOfType(RequestRejected.class, () -> read(header + "\nhunter2,x,y\n"));

    assertThat(rejected.problem().place().toString()).endsWith(place);
    assertThat(rejected.problem().cause()).isEqualTo(cause);
  }

  /** What could as well be another order of the same values; nothing of it is shown or used. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "anna@old.example;hunter2;imap.old.example",
        "anna@old.example;hunter2;993",
        "anna@old.example;Anna Example;hunter2",
        "anna@old.example;Anna Example;Hunter Two",
        "anna@old.example;hunter2",
        "anna@old.example;hunter2;hunter3",
        "anna@old.example;imap.old.example;Anna Example",
        "anna@old.example;anna@hunter2.example;Anna Example",
        "Anna Example;anna@old.example;hunter2",
        "hunter2#anna@old.example,anna@new.example",
        "anna@old.example#hunter2,anna",
        "anna@old.example#hunter2,anna@new.example,x",
        "imap.old.example;hunter2;anna;imap.new.example;anna@new.example;new",
        "imap.old.example;hunter2;anna@old.example;imap.new.example;new;anna@new.example",
        "anna@old.example;hunter2;imap.old.example;anna@new.example;new;imap.new.example",
        "imap.old.example;anna@old.example;hun;ter2;imap.new.example;anna@new.example;new",
        "imap.old.example;anna@old.example;hunter2;imap.new.example;anna@new.example;ne;w",
        "imap.old.example;anna;hunter2;imap.new.example;anna;new",
        "imap;anna@old.example;hunter2;imap;anna@new.example;new",
      })
  void aListWithoutHeaderThatHasNoKnownShapeIsRejected(String line) {
    RequestRejected rejected =
        catchThrowableOfType(
            RequestRejected.class, () -> read(line + "\n" + line.replace("anna", "ben") + "\n"));

    assertThat(rejected).as(line).isNotNull();
    assertThat(rejected.problem().toString()).doesNotContain("unter").doesNotContain("@");
  }

  @Test
  void aLineThatBeginsWithAHashIsAPasswordWherePasswordsStandFirst() {
    Request request =
        read(
            """
            # passwords first
            source_password,source_email
            #secret,anna@old.example
            "#other",ben@old.example
            """);

    assertThat(request.rows())
        .extracting(row -> row.sourcePassword().reveal())
        .containsExactly("#secret", "#other");
    assertThat(request.reading().notes().get(0)).endsWith("because they begin with #: line 1.");
  }

  @Test
  void aCommentIsNoRowWhateverStandsInIt() {
    Request request =
        read(
            "email,password\n#a,\"open\nanna@old.example,secret\n# \"x\" y\n#,\"\"x\n"
                + "\"#b@old.example\",secret\nben@old.example,secret");

    assertThat(request.rows()).extracting(RequestRow::line).containsExactly(3, 6, 7);
    assertThat(request.reading().notes().get(0)).endsWith(": lines 2, 4 and 5.");
  }

  /** What Excel has made of a password, as CSV shows it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1.23E+05 | is a number in the short form",
        "1,23E+05 | is a number in the short form",
        "4E+11 | is a number in the short form",
        "##### | is what a spreadsheet program shows where a column is too narrow",
        "#NAME? | is an error of the spreadsheet program",
        "#WERT! | is an error of the spreadsheet program",
        "=\"00123\" | is the formula of a spreadsheet program around a text",
      })
  void aPasswordThatExcelHasSpoiltIsNeverTried(String password, String problem) {
    String quoted = "\"" + password.replace("\"", "\"\"") + "\"";
    for (String text :
        List.of(
            "email,password\nanna@old.example," + quoted + "\n",
            "[{\"email\": \"anna@old.example\", \"password\": \"%s\"}]"
                .formatted(password.replace("\"", "\\\"")))) {
      Request request = read(text);

      assertThat(request.rows()).isEmpty();
      assertThat(request.rejected())
          .extracting(RowProblem::column)
          .containsExactly("source_password");
      assertThat(request.rejected().get(0).problem()).startsWith(problem);
      assertThat(request.rejected().get(0).value()).isEqualTo(Secret.MASK);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "01.02.2026, looks like a date",
    "1-Feb, looks like a date",
    "Mrz 26, looks like a date",
    "2026-02-01 00:00:00, looks like a date",
    "1234567890123450000, ends in zeros after 15 digits",
    "1234567890123450, ends in zeros after 15 digits",
    "1234567890123456000, ends in zeros after 15 digits",
  })
  void aPasswordThatExcelMayHaveMadeIsTakenAndPointedOut(String password, String note) {
    Request request = read("email,password\nanna@old.example," + password + "\n");

    assertThat(request.rows()).hasSize(1);
    assertThat(request.reading().notes().get(0))
        .startsWith("Check source_password of line 2: it " + note)
        .doesNotContain(password);
  }

  /** What spreadsheets have above their header; the header is found, and the rest is told. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Kunden der Firma Beispiel;;\n\n",
        "Mail\n;;\n",
        "Umzug der Postfächer, Stand 1.12., von anna@old.example\n\n",
        "Passwort;;\nStand;1.12.2026;\n",
      })
  void theHeaderIsFoundBelowATitle(String above) {
    Request request =
        read(above + "E-Mail;Passwort;Server\nanna@old.example;se,cret;mail.old.example\n");

    assertThat(request.rejected()).isEmpty();
    assertThat(request.rows())
        .extracting(row -> row.sourcePassword().reveal(), row -> row.source().host())
        .containsExactly(tuple("se,cret", "mail.old.example"));
    assertThat(request.reading().notes().get(0))
        .startsWith("Not read, because it stands above the header: line");
  }

  @ParameterizedTest
  @CsvSource({"20, true", "21, false"})
  void theHeaderIsLookedForInAFewRowsOnly(int titles, boolean isFound) {
    String list = "Title\n".repeat(titles) + "email,password\nanna@old.example,secret\n";

    if (isFound) {
      assertThat(read(list).rows()).hasSize(1);
    } else {
      assertThatThrownBy(() -> read(list)).hasMessageContaining("no column that is known");
    }
  }

  /** A mailbox above the header is no title: it would be left out. */
  @Test
  void aMailboxAboveTheHeaderRefusesTheList() {
    assertThatThrownBy(
            () -> read("ben@old.example,hunter2\nemail,password\nanna@old.example,secret\n"))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("there is no header, the line looks like a mailbox")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aColumnWithAnUnknownNameIsToldAndNotUsed() {
    Request request =
        read("Nr.;E-Mail;Passwort;Größe;Abteilung\n1;anna@old.example;secret;5 GB;Einkauf\n");

    assertThat(request.rows())
        .extracting(RequestRow::sourceAddress)
        .containsExactly("anna@old.example");
    assertThat(ReadingText.lines(request.reading()))
        .contains("  Column 4 is ignored: its name is not known");
  }

  /** What stands there may be where the mail comes from, or where it is to go. */
  @ParameterizedTest
  @CsvSource({
    "'email,password,Zukunft\nanna@old.example,hunter2,anna@new.example\n', false",
    "'email,password,Anbieter\nanna@old.example,hunter2,imap.other.example\n', false",
    "'email,password,Kontakt,new_email\nanna@old.example,hunter2,ben@x.example,a@new.example\n', true",
    "'email,password,SMTP,server\nanna@old.example,hunter2,smtp.old.example,imap.old.example\n', true",
  })
  void anAddressOrAServerBelowAnUnknownNameStopsItsRowWhereItMayCount(
      String text, boolean isTaken) {
    Request request = read(text.replace("\\n", "\n"));

    assertThat(request.rows()).hasSize(isTaken ? 1 : 0);
    assertThat(request.rejected())
        .extracting(RowProblem::problem)
        .allMatch(
            problem ->
                problem.equals(
                    "there is an address or a server in column 3, whose name is not known"))
        .hasSize(isTaken ? 0 : 1);
    assertThat(request.rejected().toString()).doesNotContain("hunter2");
  }

  /** One server for all rows, also where the form of the list has no column for it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`source_imap_server: imap.other.example\nanna@other.example;secret;Anna Example\n` | 993",
        "`IMAP-Server;imap.other.example;\nsource_port: 143\nanna@other.example#secret,anna@new.example\n` | 143",
        "`Firma Beispiel\nServer = IMAP.other.example\nE-Mail\tPasswort\nanna@other.example\tsecret\n` | 993",
        "`Server,imap.other.example\nPort,1993\n\nemail,password,server\nanna@other.example,secret,\n` | 1993",
      })
  void aLineAboveTheRowsNamesTheServerOfAll(String text, int port) {
    Request request = read(text);

    assertThat(request.rejected()).isEmpty();
    assertThat(request.rows())
        .extracting(row -> row.sourcePassword().reveal(), RequestRow::source)
        .containsExactly(
            tuple(
                "secret",
                new Server(
                    "imap.other.example", port, port == 143 ? Security.STARTTLS : Security.TLS)));
    assertThat(request.reading().notes())
        .contains("Rows that name no server have imap.other.example, as a line above them says.");
  }

  @Test
  void aRowKeepsItsOwnServerAndPort() {
    Request request =
        read(
            """
            server: imap.other.example
            port: 1993
            email,password,server
            anna@old.example,x,imap.old.example
            ben@other.example,x,
            """);

    assertThat(request.rows())
        .extracting(row -> row.source().host(), row -> row.source().port())
        .containsExactly(tuple("imap.old.example", 993), tuple("imap.other.example", 1993));
  }

  @Test
  void twoServersForAllAreTooMany() {
    assertThatThrownBy(
            () ->
                read(
                    "server: a.old.example\nserver: b.old.example\nemail,password\na@x.example,x\n"))
        .hasMessageContaining("source_imap_server stands above the rows twice");
  }

  /** A list of GAMME has no column for it, so its author is told of the line. */
  @Test
  void aListWithoutAColumnForTheServerIsToldWhereToNameIt() {
    String line = "This list has no such column: a line above its rows names the server";

    assertThat(read("anna@other.example#secret,anna@new.example\n").rejected().get(0).remedy())
        .contains(line);
    assertThat(read("email,password,server\nanna@other.example,x,\n").rejected().get(0).remedy())
        .doesNotContain(line);
  }

  @Test
  void membersOfJsonHaveTheSameNames() {
    Request request =
        read(
            "[{\"EmailAddress\": \"anna@new.example\", \"UserName\": \"anna@old.example\", \"Password\": \"secret\","
                + " \"UserRoot\": \"/x\"}, {\"email\": \"ben@old.example\", \"password\": \"secret\", \"port1\": 143},"
                + " {\"email\": \"c@old.example\", \"source_email\": \"d@old.example\", \"password\": \"hunter2\"}]");

    assertThat(request.rows())
        .extracting(RequestRow::sourceAddress, RequestRow::destinationAddress)
        .containsExactly(
            tuple("anna@old.example", "anna@new.example"),
            tuple("ben@old.example", "ben@old.example"));
    assertThat(request.rejected())
        .extracting(RowProblem::line, RowProblem::problem)
        .containsExactly(tuple(3, "is there twice"));
    assertThat(request.reading().columns())
        .extracting(ReadColumn::header)
        .containsExactly("EmailAddress", "UserName", "Password", "UserRoot", "email", "port1");
  }

  @Test
  void anotherServerThanOursIsPointedOutAndNotObeyed() {
    Request request =
        read(
            """
            email,password,target_host
            a@old.example,x,imap.new.example
            b@old.example,x,mail.elsewhere.example
            """);

    assertThat(request.rows()).hasSize(2);
    assertThat(request.reading().notes())
        .contains(
            "Another server than ours is named as the destination, such as on line 3. All mail goes to"
                + " imap.new.example.");
  }
}
