package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

class RequestReaderTest {
  private static final String HEADER = "source_email,source_password,source_imap_server\n";
  private static final RequestRules RULES = new RequestRules(false, true, true, List.of());

  private final Path folder;

  RequestReaderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Request read(String text) {
    return read(text.getBytes(StandardCharsets.UTF_8), RULES);
  }

  private Request read(byte[] octets, RequestRules rules) {
    try {
      return new RequestReader(rules).read(Files.write(folder.resolve("request.csv"), octets));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Problem problemOf(String text) {
    return problemOf(text.getBytes(StandardCharsets.UTF_8));
  }

  private Problem problemOf(byte[] octets) {
    return catchThrowableOfType(RequestRejected.class, () -> read(octets, RULES)).problem();
  }

  private static RequestRow row(int row, int line, String address, String password, String host) {
    return new RequestRow(
        row,
        line,
        address,
        Secret.of(password),
        new Server(host, 993, Security.TLS),
        address,
        address,
        null,
        null,
        null,
        RowOptions.NONE);
  }

  /** The columns that rows of these tests fill in; the template may have more behind them. */
  static final String ALL_COLUMNS =
      "source_email,source_password,source_imap_server,source_port,source_security,source_username,"
          + "destination_email,destination_password,contacts,calendar,source_dav_url,"
          + "contacts_collection,calendar_collection\n";

  private static final RequestRow ANNA =
      row(1, 2, "anna@example.org", "secret", "imap.example.org");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "source_email,source_password,source_imap_server\nanna@example.org,secret,imap.example.org\n",
        "source_email,source_password,source_imap_server\r\nanna@example.org,secret,imap.example.org",
        "Source E-Mail;SOURCE PASSWORD;source-imap-server\n anna@example.org\u00a0;secret;IMAP.example.org. ",
        "sourceEmail\tsource_password\tsource_IMAP_server\ranna@example.org\tsecret\timap.example.org\r",
        "\uFEFF\"source_email\",\"source_password\",\"source_imap_server\"\n\"anna@example.org\",\"secret\",\"imap.example.org\"\n\n",
        "source_password,source_imap_server,source_email,\nsecret,imap.example.org,anna@example.org,\n,,,\n",
        "source_email,source_password,source_imap_server,source_port,destination_email,contacts\nanna@example.org,secret,imap.example.org,,,\n",
      })
  void readsTheDialectsOfCsv(String text) {
    Request request = read(text);

    assertThat(request.name()).isEqualTo("request.csv");
    assertThat(request.rejected()).isEmpty();
    assertThat(request.rows()).containsExactly(ANNA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
  void readsTheEncodingsOfSpreadsheetPrograms(String charset) {
    String text = "\uFEFF" + HEADER + "anna@exämple.org,Grüße🐫,imap.example.org\n";
    Request request = read(text.getBytes(Charset.forName(charset)), RULES);

    assertThat(request.rows())
        .containsExactly(row(1, 2, "anna@exämple.org", "Grüße🐫", "imap.example.org"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"source_email\": \"anna@example.org\", \"source_password\": \"secret\", \"source_imap_server\": \"imap.example.org\"}]",
        "\uFEFF\n {\"mailboxes\": [{\"Source E-Mail\": \" anna@example.org\", \"sourcePassword\": \"secret\", \"source_imap_server\": \"imap.example.org\", \"source_port\": 993, \"contacts\": null, \"calendar\": \"\"}]} ",
      })
  void readsJson(String text) {
    assertThat(read(text).rejected()).isEmpty();
    assertThat(read(text).rows())
        .containsExactly(row(1, 1, "anna@example.org", "secret", "imap.example.org"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"ticket\": \"#17\", \"mailboxes\": [ANNA, BEN]}",
        "{\"mailboxes\": [ANNA, BEN], \"ticket\": \"#17\"}",
        "[ANNA, {\"ticket\": \"#17\",BEN]",
      })
  void aTicketOfJsonIsThatOfTheRequest(String text) {
    String row =
        "\"source_email\": \"%s@example.org\", \"source_password\": \"secret\", \"source_imap_server\": \"imap.example.org\"}";
    Request request =
        read(
            text.replace("ANNA", "{" + row.formatted("anna"))
                .replace(", BEN", ", {" + row.formatted("ben"))
                .replace("BEN", row.formatted("ben")));

    assertThat(request.rejected()).isEmpty();
    assertThat(request.rows()).hasSize(2);
    assertThat(request.ticket()).isEqualTo("#17");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, -, -, 143, STARTTLS, anna",
        "-, -, ben, 143, STARTTLS, ben",
        "993, tls, -, 993, TLS, anna",
        "1993, -, -, 1993, TLS, anna",
      })
  void looksForTheServerOfARowThatNamesNone(
      String port, String security, String username, int portUsed, Security used, String login) {
    List<String> asked = new ArrayList<>();
    SourceServers sources =
        address -> {
          asked.add(address);
          return new SourceServers.Found(
              new Server("imap.old.example", 143, Security.STARTTLS), "anna", "It is in a list.");
        };
    Path file = folder.resolve("request.csv");
    try {
      Files.writeString(
          file,
          "source_email,source_password,source_port,source_security,source_username\n%s,pw,%s,%s,%s\nnobody,pw,,,\n"
              .formatted("anna@old.example", text(port), text(security), text(username)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    Request request = new RequestReader(RULES, sources).read(file);

    assertThat(request.rows())
        .extracting(RequestRow::source, RequestRow::sourceUsername)
        .containsExactly(tuple(new Server("imap.old.example", portUsed, used), login));
    assertThat(asked).containsExactly("anna@old.example");
    assertThat(request.rejected())
        .extracting(RowProblem::line, RowProblem::column)
        .containsExactly(tuple(3, "source_email"), tuple(3, "source_imap_server"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Mo-Fr 10:18-10:19; Mars/Base | has a time zone that nobody knows | Mo-Fr 10:18-10:19; Mars/Base",
        "Mo-Fr 25:18-10:19 | is no time of the week | ********",
      })
  void aWindowWhoseZoneIsUnknownIsShown(String window, String problem, String shown) {
    assertThat(
            read("source_email,source_password,source_imap_server,window\n"
                    + "anna@example.org,hunter2,imap.old.example,"
                    + window
                    + "\n")
                .rejected())
        .extracting(RowProblem::column, RowProblem::problem, RowProblem::value)
        .containsExactly(tuple("window", problem, shown));
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }

  @Test
  void rejectsARowWhoseServerIsNotFound() {
    assertThat(read("source_email,source_password\nanna@example.org,hunter2\n").rejected())
        .extracting(RowProblem::column, RowProblem::problem)
        .containsExactly(tuple("source_imap_server", "is empty"));
  }

  @Test
  void takesEveryColumn() throws IOException {
    Files.writeString(folder.resolve("anna.vcf"), "");
    Files.createDirectory(folder.resolve("exports"));
    for (String file :
        List.of("exports/anna.ics", "dav.ics", "exports/B.ICS", "exports/c.zip", "exports/d.vcf")) {
      Files.writeString(folder.resolve(file), "");
    }
    Files.writeString(folder.resolve("exports/._anna.ics"), "");
    Request request =
        read(
            ALL_COLUMNS
                + "anna@example.org,one,10.0.0.1,1143,NONE,anna_old,anna@new.example,two,anna.vcf,"
                + "exports/anna.ics|dav.ics|exports,,Old contacts,Büro\n");

    assertThat(request.rejected()).isEmpty();
    assertThat(request.rows())
        .containsExactly(
            new RequestRow(
                1,
                2,
                "anna@example.org",
                Secret.of("one"),
                new Server("10.0.0.1", 1143, Security.NONE),
                "anna_old",
                "anna@new.example",
                Secret.of("two"),
                exported("anna.vcf"),
                exported("exports/anna.ics", "dav.ics", "exports/B.ICS", "exports/c.zip"),
                new RowOptions(
                    Map.of("contacts_collection", "Old contacts", "calendar_collection", "Büro"))));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, -, 993, TLS",
        "993, -, 993, TLS",
        "143, -, 143, STARTTLS",
        "1143, -, 1143, TLS",
        "-, tls, 993, TLS",
        "-, starttls, 143, STARTTLS",
        "-, none, 143, NONE",
        "993, none, 993, NONE",
        "993 (SSL/TLS), -, 993, TLS",
        "143 STARTTLS, starttls, 143, STARTTLS",
        "143, TLS, 143, TLS",
      })
  void choosesPortAndSecurityByEachOther(
      String port, String security, int portUsed, Security securityUsed) {
    Request request =
        read(
            "source_email,source_password,source_imap_server,source_port,source_security\n"
                + "anna@example.org,secret,imap.example.org,"
                + (port == null ? "" : port)
                + ","
                + (security == null ? "" : security));

    assertThat(request.rows().get(0).source())
        .isEqualTo(new Server("imap.example.org", portUsed, securityUsed));
  }

  static Stream<String> oddPasswords() {
    return Stream.of(
        "a,b;c\td",
        "\"quoted\"",
        "\"",
        "'single'",
        "100%+&=?#",
        " leading and trailing ",
        "\u00a0\u200b",
        "Grüße",
        "a\u0301 is not \u00e1",
        "🐫👩‍👩‍👧",
        "\\n\\u0041\\",
        "{{env:HOME}}${x}#{y}",
        "=1+1",
        "null",
        "*".repeat(9),
        "𝒫".repeat(500));
  }

  @ParameterizedTest
  @MethodSource("oddPasswords")
  void neverAltersAPassword(String password) {
    String quoted = "\"" + password.replace("\"", "\"\"") + "\"";
    String json = password.replace("\\", "\\\\").replace("\"", "\\\"").replace("\t", "\\t");
    List<String> files =
        List.of(
            HEADER + "anna@example.org," + quoted + ",imap.example.org\n",
            HEADER.replace(',', ';') + "anna@example.org;" + quoted + ";imap.example.org\n",
            HEADER.replace(',', '\t') + "anna@example.org\t" + quoted + "\timap.example.org\n",
            "[{\"source_email\":\"anna@example.org\",\"source_password\":\""
                + json
                + "\",\"source_imap_server\":\"imap.example.org\"}]");
    for (String file : files) {
      Request request = read(file);
      assertThat(request.rejected()).isEmpty();
      assertThat(request.rows().get(0).sourcePassword().reveal()).isEqualTo(password);
      assertThat(request.rows().get(0).sourcePassword()).hasToString(Secret.MASK);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"p\"w", "it's", "100%", "a b", " x"})
  void takesUnquotedPasswordsThatNeedNoQuotes(String password) {
    assertThat(read(HEADER + "anna@example.org," + password + ",imap.example.org").rows().get(0))
        .isEqualTo(row(1, 2, "anna@example.org", password, "imap.example.org"));
  }

  @Test
  void numbersRowsAndLinesThroughBlankLinesAndRowsOfSeveralLines() {
    Request request =
        read(
            "\n\n"
                + HEADER
                + "\n"
                + "anna@example.org,secret,imap.example.org\r\n"
                + ",,\n"
                + "\"bert@example.org\n\",secret,imap.example.org\n"
                + "   \n"
                + "carl@example.org,secret,imap.example.org");

    assertThat(request.rejected()).isEmpty();
    assertThat(request.rows())
        .containsExactly(
            row(1, 5, "anna@example.org", "secret", "imap.example.org"),
            row(2, 7, "bert@example.org", "secret", "imap.example.org"),
            row(3, 10, "carl@example.org", "secret", "imap.example.org"));
  }

  /** The problems of a middle row, its neighbours being good. */
  private List<RowProblem> problemsBetweenGoodRows(String header, String line, RequestRules rules) {
    String good = "n@example.org,pw,imap.example.org" + ",".repeat(header.split(",").length - 3);
    Request request =
        read(
            (header + "\n1" + good + "\n" + line + "\n2" + good + "\n")
                .getBytes(StandardCharsets.UTF_8),
            rules);
    assertThat(request.rows())
        .extracting(RequestRow::row, RequestRow::sourceAddress)
        .containsExactly(tuple(1, "1n@example.org"), tuple(3, "2n@example.org"));
    assertThat(request.rejected()).isNotEmpty().allMatch(problem -> problem.line() == 3);
    assertThat(request.rejected())
        .allMatch(problem -> problem.remedy().endsWith(".") || problem.remedy().endsWith("\"."));
    return request.rejected();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // the row | column at fault | value shown | problem
        ",hunter2,imap.example.org | source_email | `` | is empty",
        "anna,hunter2,imap.example.org | source_email | ******** | is not an e-mail address",
        "anna@,hunter2,imap.example.org | source_email | ******** | is not an e-mail address: what follows the @ is not the name of a domain",
        "a@b@example.org,hunter2,imap.example.org | source_email | ******** | is not an e-mail address: what follows the @ is not the name of a domain",
        "Anna <anna@example.org>,hunter2,imap.example.org | source_email | ******** | is not an e-mail address",
        "a*b@example.org,hunter2,imap.example.org | source_email | ******** | is not an e-mail address",
        "anna@example.org,,imap.example.org | source_password | `` | is empty",
        "anna@example.org,********,imap.example.org | source_password | ******** | is the mask of an archived request, not a password",
        "anna@example.org,hunter2, | source_imap_server | `` | is empty",
        "anna@example.org,hunter2,imap.example.org:993 | source_imap_server | imap.example.org:993 | has a port after the name of the server",
        "anna@example.org,hunter2,imaps://imap.example.org | source_imap_server | imaps://imap.example.org | is a URL, not the bare name of a server",
        "anna@example.org,imap.example.org,hunter2! | source_imap_server | ******** | is not the name of a server",
        "anna@example.org,hunter2 | `` | `` | the row has 2 values, the header 3 columns",
        "anna@example.org,hun,ter2,imap.example.org | `` | `` | the row has 4 values, the header 3 columns",
        "anna@example.org,hunter2,imap.example.org, | `` | `` | the row has 4 values, the header 3 columns",
        "anna@example.org,\"hunter2\"x,imap.example.org | `` | `` | a quotation mark is out of place or the closing one is missing",
        "anna@example.org,\"hunter2,imap.example.org | `` | `` | a quotation mark is out of place or the closing one is missing",
        "1n@example.org,hunter2,IMAP.example.org | source_email | 1n@example.org | the same mailbox goes to the same place on line 2 already",
      })
  void tellsWhatIsWrongWithARowAndGoesOn(String line, String column, String value, String problem) {
    List<RowProblem> problems = problemsBetweenGoodRows(HEADER.strip(), line, RULES);

    assertThat(problems)
        .extracting(RowProblem::column, RowProblem::value, RowProblem::problem)
        .containsExactly(tuple(column, value, problem));
    assertThat(problems.toString()).doesNotContain("hunter2").doesNotContain("ter2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ssl | TLS
          SSL/TLS | TLS
          Ja | TLS
          TLS (Port 993) | TLS
          start tls | STARTTLS
          keine | NONE
          SSL/TLS or STARTTLS | TLS
          """)
  void securityIsReadInListsAsInMails(String word, Security security) {
    Request request =
        read(
            "source_email,source_password,source_imap_server,source_security\n"
                + "a@example.org,1,imap.example.org,"
                + word
                + "\n");
    assertThat(request.rows())
        .singleElement()
        .satisfies(row -> assertThat(row.source().security()).isEqualTo(security));
  }

  @ParameterizedTest
  @CsvSource({
    "secret1, Remove one of the two.",
    "secret2, Remove the one with the wrong password: they have different ones."
  })
  void aMailboxThatIsThereTwiceIsShownAndSaysWhetherItsPasswordsDiffer(
      String second, String remedy) {
    Request request =
        read(
            "source_email,source_password,source_imap_server\n"
                + "a01@example.org,secret1,imap.example.org\nA01@EXAMPLE.org,"
                + second
                + ",imap.example.org\n");
    assertThat(request.rows()).hasSize(1);
    assertThat(request.rejected())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.value()).isEqualTo("A01@EXAMPLE.org");
              assertThat(problem.remedy()).isEqualTo(remedy);
            });
  }

  @Test
  void aPasswordWithASpaceAroundItIsUsedAsItIsAndPointedOut() {
    Request request =
        read(
            """
            source_email,source_password,source_imap_server,destination_password
            a@example.org, secret,imap.example.org,"other "
            b@example.org,s p,imap.example.org,x
            """);
    assertThat(request.rows().get(0).sourcePassword()).isEqualTo(Secret.of(" secret"));
    assertThat(request.reading().notes())
        .containsExactly(
            "Passwords of line 2 begin or end with a space, and are used with it: remove it if it does not belong to the"
                + " password.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "0,,,,,, | source_port | is not a port from 1 to 65535",
        "65536,,,,,, | source_port | is not a port from 1 to 65535",
        "imap,,,,,, | source_port | is not a port from 1 to 65535",
        ",strong,,,,, | source_security | is none of tls, starttls, none",
        ",,,nobody,,, | destination_email | is not an e-mail address",
        ",,,,********,, | destination_password | is the mask of an archived request, not a password",
        ",,,,,none.vcf, | contacts | names a file that does not exist or cannot be read",
        ",,,,,,../x.ics | calendar | lies outside the folders that are allowed",
        ",,,,,,/etc/hostname | calendar | lies outside the folders that are allowed",
        ",,,,,.,| contacts | names a file that does not exist or cannot be read",
      })
  void tellsWhatIsWrongWithOptionalColumns(String rest, String column, String problem) {
    assertThat(
            problemsBetweenGoodRows(
                ALL_COLUMNS.strip(),
                "a@example.org,hunter2,imap.example.org," + rest + ",,,",
                RULES))
        .extracting(RowProblem::column, RowProblem::problem)
        .containsExactly(tuple(column, problem));
  }

  @Test
  void listsAllProblemsOfARow() {
    assertThat(
            problemsBetweenGoodRows(
                ALL_COLUMNS.strip(), "nobody,,host:1,x,y,,z,,c.vcf,/d.ics,,,", RULES))
        .extracting(RowProblem::column)
        .containsExactly(
            "source_email",
            "source_imap_server",
            "source_security",
            "source_port",
            "source_password",
            "destination_email",
            "contacts",
            "calendar");
  }

  @Test
  void needsADestinationPasswordAndDavServersOnlyWhereConfigured() throws IOException {
    Files.writeString(folder.resolve("a.vcf"), "");
    Files.writeString(folder.resolve("a.ics"), "");
    String text = ALL_COLUMNS + "a@example.org,pw,imap.example.org,,,,,,a.vcf,a.ics,,,";
    Request request =
        read(
            text.getBytes(StandardCharsets.UTF_8), new RequestRules(true, false, false, List.of()));

    assertThat(request.rows()).isEmpty();
    assertThat(request.rejected())
        .extracting(RowProblem::column)
        .containsExactly("destination_password", "contacts", "calendar");
    assertThat(request.rejected().get(1).remedy()).contains("destination.carddav-url");
    assertThat(request.rejected().get(2).remedy()).contains("destination.caldav-url");
    assertThat(read(text).rejected()).isEmpty();
  }

  private GroupwareSource exported(String... names) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name : names) {
      files.add(folder.resolve(name).toRealPath());
    }
    return GroupwareSource.Exported.of(files);
  }

  @Test
  void takesFilesOfContactsAsAnArray() throws IOException {
    Files.writeString(folder.resolve("a.vcf"), "");
    Files.writeString(folder.resolve("b, c.zip"), "");
    String row =
        "[{\"source_email\": \"a@example.org\", \"source_password\": \"x\","
            + " \"source_imap_server\": \"imap.example.org\", \"contacts\": %s}]";

    assertThat(read(row.formatted("[\"b, c.zip\", \"a.vcf\"]")).rows().get(0).contacts())
        .isEqualTo(exported("b, c.zip", "a.vcf"));
    assertThat(read(row.formatted("[]")).rows().get(0).contacts()).isNull();
    for (String wrong : List.of("[\"a.vcf\", 1]", "[[\"a.vcf\"]]", "[\"a|b\"]", "{}", "7")) {
      assertThat(read(row.formatted(wrong)).rejected())
          .as(wrong)
          .extracting(RowProblem::column)
          .containsExactly("contacts");
    }
  }

  @Test
  void fetchesFromTheOldProviderWhereTheColumnSaysDav() {
    String row = ALL_COLUMNS + "a@example.org,x,imap.example.org,,,,,,";
    RequestRow both = read(row + "dav,DAV,https://dav.example.org/x/,,").rows().get(0);
    RequestRow one = read(row + ",dav,,,").rows().get(0);

    assertThat(both.contacts())
        .isEqualTo(both.calendar())
        .isEqualTo(new GroupwareSource.AtProvider(URI.create("https://dav.example.org/x/")));
    assertThat(one.contacts()).isNull();
    assertThat(one.calendar()).isEqualTo(new GroupwareSource.AtProvider(null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'dav|a.vcf,,,,'; contacts; holds both dav and the name of a file",
        "'a.vcf|b.vcf,,,,'; contacts; name 2 of 2 names a file that does not exist or cannot be read",
        "'a.vcf|../a.vcf|b,,,,'; contacts; name 2 of 3 lies outside the folders that are allowed",
        "'empty,,,,'; contacts; names a folder in which there is no .vcf or .zip file",
        "',linked,,,'; calendar; lies outside the folders that are allowed",
        "'a.vcf,,https://dav.example.org/,,'; source_dav_url; 'is given, and neither contacts nor calendar says dav'",
        "'dav,,ftp://dav.example.org/,,'; source_dav_url; does not begin with https:// or http://",
        "'dav,,dav.example.org,,'; source_dav_url; does not begin with https:// or http://",
        "'dav,,https:///x,,'; source_dav_url; names no host",
        "'dav,,https://a:secret@dav.example.org/,,'; source_dav_url; 'contains a login, which does not belong in a URL'",
        "'dav,,https://dav example,,'; source_dav_url; is not a URL",
        "'a.vcf,,,\"x\ny\",'; contacts_collection; has a line break in it or is longer than 200 characters",
        "',,,Private,'; contacts_collection; 'is given, and contacts is empty, so that nothing goes there'",
        "'a.vcf,,,,Work'; calendar_collection; 'is given, and calendar is empty, so that nothing goes there'",
        "'a.vcf,,,X,'; contacts_collection; may be a password",
        "'a.vcf,,,ZqPwA003,'; contacts_collection; may be a password",
        "'a.vcf,,,sommer-17!,'; contacts_collection; may be a password",
      })
  void tellsWhatIsWrongWithContactsAndCalendars(
      String rest, String column, String problem, @TempDir Path elsewhere) throws IOException {
    Files.writeString(folder.resolve("a.vcf"), "");
    Files.createDirectory(folder.resolve("empty"));
    Files.createDirectory(folder.resolve("linked"));
    Files.createSymbolicLink(
        folder.resolve("linked/a.ics"), Files.writeString(elsewhere.resolve("a.ics"), ""));

    assertThat(read(ALL_COLUMNS + "a@example.org,x,imap.example.org,,,,,," + rest).rejected())
        .extracting(RowProblem::column, RowProblem::problem)
        .containsExactly(tuple(column, problem));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Private", "Kontakte 2020", "x", "Dr. Meier & Co", "Kunden/VIP"})
  void aCollectionHasTheNameThatTheCustomerGives(String name) throws IOException {
    Files.writeString(folder.resolve("a.vcf"), "");
    String row = ALL_COLUMNS + "a@example.org,ZqPwA003!,imap.example.org,,,,,,a.vcf,,,";
    assertThat(read(row + name + ",").rows().get(0).options().contactsCollection()).isEqualTo(name);
  }

  @Test
  void findsAttachmentsOnlyInAllowedFolders(@TempDir Path elsewhere) throws IOException {
    Path file = Files.writeString(elsewhere.resolve("a.vcf"), "");
    Files.createSymbolicLink(folder.resolve("link.vcf"), file);
    RequestRules allowed = new RequestRules(false, true, true, List.of(elsewhere));
    String columns = HEADER.strip() + ",contacts\na@example.org,pw,imap.example.org,";
    byte[] absolute = (columns + file).getBytes(StandardCharsets.UTF_8);
    byte[] link = (columns + "link.vcf").getBytes(StandardCharsets.UTF_8);

    assertThat(read(absolute, allowed).rows().get(0).contacts())
        .isEqualTo(GroupwareSource.Exported.of(List.of(file.toRealPath())));
    assertThat(read(absolute, RULES).rejected()).hasSize(1);
    assertThat(read(link, allowed).rejected())
        .extracting(RowProblem::problem)
        .containsExactly("lies outside the folders that are allowed");
  }

  @Test
  void letsTheCorrectedRowBehindABadOneThroughAndSeveralSourcesIntoOneDestination() {
    Request request =
        read(
            """
            source_email,source_password,source_imap_server,destination_email
            a@example.org,,imap.example.org,new@example.com
            a@example.org,pw,imap.example.org,new@example.com
            b@example.org,pw,imap.example.org,new@example.com
            a@example.org,pw,imap.example.org,other@example.com
            """);
    assertThat(request.rows()).extracting(RequestRow::line).containsExactly(3, 4, 5);
  }

  @Test
  void doesNotLetAnOpenQuotationMarkSwallowRowsInSilence() {
    Request request =
        read(
            HEADER
                + "a@example.org,\"hunter2,imap.example.org\n"
                + "b@example.org,hunter3\",imap.example.org\n"
                + "c@example.org,pw,imap.example.org\n");
    assertThat(request.rows()).extracting(RequestRow::line).containsExactly(4);
    assertThat(request.rejected())
        .extracting(RowProblem::line, RowProblem::column)
        .containsExactly(tuple(2, "source_password"));
    assertThat(request.rejected().get(0).problem()).contains("several lines were read as one row");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "5 | `` | the entry is no object",
        "[1] | `` | the entry is no object",
        "{\"source_email\": [\"a@b\"], \"source_password\": \"hunter2\", \"source_imap_server\": \"h\"} | source_email | is no text",
        "{\"source_email\": \"a@b\", \"source_password\": 123456, \"source_imap_server\": \"h\"} | source_password | is no text",
        "{\"source_email\": \"a@b\", \"source_password\": \"hunter2\", \"source_imap_server\": \"h\", \"source_port\": 99.3} | source_port | is no text",
        "{\"source_email\": \"a@b\", \"source_password\": \"hunter2\", \"sourcePassword\": \"hunter2\", \"source_imap_server\": \"h\"} | source_password | is there twice",
        "{\"source_email\": \"a@b\", \"source_pasword\": \"hunter2\", \"source_password\": \"x\", \"source_imap_server\": \"h\"} | `` | there is a member that is not known, did you mean source_password?",
        "{\"source_email\": \"a@b\", \"hunter2\": {}, \"source_password\": \"x\", \"source_imap_server\": \"h\"} | `` | there is a member that is not known",
        "{\"source_email\": \"a@b\", \"source_password\": \"a\\u0000b\", \"source_imap_server\": \"h\"} | source_password | has a character in it that no mail server accepts",
        "{\"source_email\": \"a@b\", \"source_password\": \"a\\ud800b\", \"source_imap_server\": \"h\"} | source_password | has a character in it that no mail server accepts",
        "{\"source_email\": \"a@b\", \"source_password\": \"x\", \"source_imap_server\": \"h\", \"contacts\": \"a\\u0000b\"} | contacts | is not the name of a file",
        "{} | source_email | is empty",
      })
  void tellsWhatIsWrongWithAJsonObjectAndGoesOn(String object, String column, String problem) {
    String good =
        "{\"source_email\":\"a@good\",\"source_password\":\"x\",\"source_imap_server\":\"h\"}";
    Request request = read("[" + object + "," + good + "]");

    assertThat(request.rows())
        .extracting(RequestRow::row, RequestRow::line)
        .containsExactly(tuple(2, 2));
    assertThat(request.rejected().get(0))
        .extracting(RowProblem::line, RowProblem::column, RowProblem::problem)
        .containsExactly(1, column, problem);
    assertThat(request.rejected().toString()).doesNotContain("hunter2").doesNotContain("123456");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | request.csv | it is empty",
        "\uFEFF | request.csv | it is empty",
        "`\n \n` | request.csv | it is empty",
        "anna@example.org,hunter2,imap.example.org | request.csv line 1 | there is no header, the line looks like a mailbox",
        "`\n\nhouse;garden;hunter2\n` | request.csv line 3 | no column that is known; it is no CSV file or has no header",
        "`\n\nhost1;user1;hunter2\n` | request.csv line 3 column 3 | the column has a name that is not known",
        "`source_email,source_imap_server\na@x.example,imap.x.example` | request.csv | the header lacks source_password",
        "source_email;SourcePassword;source_imap_server;source-email | request.csv line 1 column 4 | the column source_email is there twice",
        "source_email,source_pasword,source_imap_server | request.csv line 1 column 2 | the column has a name that is not known, did you mean source_password?",
        "source_email,source_password,source_imap_server,destinaton_email | request.csv line 1 column 4 | the column has a name that is not known, did you mean destination_email?",
        "E-Mail,Pasword,Passwort | request.csv line 1 column 2 | the column has a name that is not known, did you mean password?",
        "source_email,source_password,source_imap_server | request.csv | there is no row below the header",
        "`source_email,source_password,source_imap_server\n,,\n` | request.csv | there is no row below the header",
        "source_email,\"source_password\"x | request.csv line 1 | a quotation mark in the header is out of place",
        "<html><body>hunter2 | request.csv line 1 | it is HTML or XML, neither CSV nor JSON",
        "PK\u0003\u0004xyz | request.csv | it is a ZIP archive, neither CSV, JSON nor an Excel workbook (.xlsx)",
        "%PDF-1.7 | request.csv | it is a PDF document, neither CSV, JSON nor an Excel workbook (.xlsx)",
        "`[\n{\"source_email\": hunter2}]` | request.csv line 2 column 18 | it begins as JSON and is not JSON from there on",
        "[{\"source_email\": \"hunter2 | request.csv line 1 column 27 | it begins as JSON and is not JSON from there on",
        "[] | request.csv | there is no mailbox in it",
        "{} | request.csv | there is no mailbox in it",
        "[] [] | request.csv line 1 column 4 | something follows behind the end of the JSON",
        "{\"mailboxes\": 5} | request.csv line 1 column 15 | \"mailboxes\" is no array",
        "{\"hunter2\": []} | request.csv line 1 column 2 | there is a member other than \"mailboxes\"",
        "{\"ticket\": [5]} | request.csv line 1 column 12 | \"ticket\" is no text",
        "{\"source_email\": []} | request.csv line 1 column 2 | a mailbox stands there outside of an array",
        "{\"mailboxes\": [], \"mailboxes\": []} | request.csv line 1 column 19 | \"mailboxes\" is there twice",
      })
  void rejectsAFileAsAWholeWithItsPlace(String text, String place, String cause) {
    Problem problem = problemOf(text);

    assertThat(problem.place().toString()).isEqualTo(place);
    assertThat(problem.cause()).isEqualTo(cause);
    assertThat(problem.owner()).isEqualTo(Owner.CUSTOMER);
    assertThat(problem.nextStep()).endsWith(".");
    assertThat(problem.toString()).doesNotContain("hunter2");
  }

  @Test
  void namesTheLineOfAZeroByte() {
    assertThat(problemOf(HEADER + "a@example.org,b\0,c"))
        .extracting(problem -> problem.place().toString(), Problem::cause)
        .containsExactly("request.csv line 2", "there are zero bytes; it is neither CSV nor JSON");
  }

  @Test
  void namesTheLineThatIsNotInTheEncoding() {
    byte[] mixed =
        (HEADER + "\nmüller@example.org,x,\u00c3\u00bc").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(problemOf(mixed))
        .extracting(problem -> problem.place().toString(), Problem::cause)
        .containsExactly("request.csv line 3", "a character there is not UTF-8");

    byte[] utf16 = ("\uFEFF" + HEADER).getBytes(StandardCharsets.UTF_16LE);
    assertThat(problemOf(Arrays.copyOf(utf16, utf16.length - 1)).place().toString())
        .isEqualTo("request.csv line 1");
  }

  @Test
  void refusesWhatIsTooLargeOrNotThere() {
    assertThat(problemOf(new byte[RequestText.LARGEST + 1]).cause())
        .isEqualTo("it is larger than 16 MiB");

    Problem missing =
        catchThrowableOfType(
                RequestRejected.class, () -> new RequestReader(RULES).read(folder.resolve("x.csv")))
            .problem();
    assertThat(missing.cause()).isEqualTo("the file does not exist");
    Problem directory =
        catchThrowableOfType(RequestRejected.class, () -> new RequestReader(RULES).read(folder))
            .problem();
    assertThat(directory.cause()).startsWith("it cannot be read");
  }

  @Test
  void rejectsOnlyTheRowsOfAFileFullOfOpenQuotationMarks() {
    Request request =
        read(HEADER + "a,\"b\"c,d\n".repeat(2000) + "anna@example.org,secret,imap.example.org");

    assertThat(request.rejected()).hasSize(2000);
    assertThat(request.rows()).extracting(RequestRow::line).containsExactly(2002);
  }
}
