package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.secrets.MemoryVault;
import org.mailcaravan.server.Lengthy;

/** Passwords that stand where they do not belong, in rows that are turned away. */
@Lengthy
class WrongColumnTest {
  private final Path folder;

  WrongColumnTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** All that is written of a request: what is told of its rows, and its archived copy. */
  private String written(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), text);
    RequestReader reader = new RequestReader(new RequestRules(false, false, false, List.of()));
    try {
      Request request = reader.read(file);
      Set<Integer> rejected =
          request.rejected().stream().map(RowProblem::line).collect(Collectors.toSet());
      assertThat(request.rows()).isEmpty();
      Path copy = new MaskedCopy().write(RawRequest.read(file), rejected, folder.resolve("copy"));
      String archived = Files.readString(copy);
      Files.delete(copy);
      RawRequest raw = RawRequest.read(file);
      StringWriter repair = new StringWriter();
      new RepairList(raw.rows(), request.rejected(), new ClearCells(raw.rows(), rejected::contains))
          .writeSome(repair, new SealedRows(new MemoryVault()));
      return request.rejected() + archived + new RejectedRows().table(request.rejected()) + repair;
    } catch (RequestRejected e) {
      return e.problem().toString();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.1.77",
        "imap.old.example",
        "IMAP4.strangers.example",
        "mail.strangers.co.uk",
        "old.example",
        "any.thing.old.example"
      })
  void aPasswordThatHasChangedPlacesWithTheServerIsNoServer(String server) throws IOException {
    for (String password : List.of("ZqPwA003", "hunter2.example", "10.9.8.7")) {
      String columns =
          "source_email,source_password,source_imap_server,source_port,source_security,"
              + "destination_password\n";
      String row = "ann@old.example,%s,%s,993,tls,New-1\n".formatted(server, password);
      assertThat(written(columns + row))
          .contains("Put each into its own column.")
          .doesNotContainIgnoringCase(password);
    }
  }

  private static final String FULL =
      "source_email,source_password,source_imap_server,source_port,source_security,destination_password,"
          + "source_username,destination_email\n";

  /** Passwords of all kinds in their own columns; what is taken shows none of them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann@old.example|ZqPw90005x|imap.old.example|993|tls|Dx90005y|ann|ann@new.example",
        "ann@t.example|ZqPw90005x|imap.old.example|993|tls|Dx90005y|ann@t.example|ann@n.example",
        "ann@t.example|zq90005kx|127.0.2.77|24431|none|dzq90005kx|ann|ann@t.example",
        "ann@t.example|zq90005kx|[::1]|24431|none|dzq90005kx|ann|ann@t.example",
        "ann@t.example|Zq.90005kx|imap.old-prov.example|993|tls|DZq.90005kx|ann|b@t.example",
        "ann@t.example|zq90005.kx.com|imap.old-prov.example|143|starttls|x.zq.kx.com|ann|b@t.example",
        "ann@t.example|Zq02277@kx.de|imap.old-prov.example|993|tls|DZq02277@kx.de|ann|ann@n.example",
        "ann@old.example|Zq02277@old.example|imap.old.example|993|tls|new-Pw!|ann|ann@n.example",
        "ann@old.example|zq-a@kx.example|imap.old.example|993|tls|zq-b@ky.example|ann|ann@n.example",
        "ann@t.example|7700059|mail.old-prov.example|993|tls|7720059|ann|ann@n.example",
        "ann@t.example|12345|mail.old-prov.example|993|tls|54321|ann|ann@n.example",
        "ann@t.example|zq 90005 kx|localhost|143|none|zq 90006 kx|ann|ann@n.example",
        "ann@t.example|zq!90005|mailhost|143|none|zq!90006|ann|ann@t.example",
        "ann@t.example|ann.hunter|w0123.hoster.example|993|tls|bert.hunter|ann|ann@t.example",
        "ann@xn--mnchen-3ya.example|ZqPw90005x|imap.münchen.example|993|tls|Dx90005y|ann|ann@n.example",
        "ann@münchen.example|ZqPw90005x|imap.xn--mnchen-3ya.example|993|tls|Dx90005y|ann|ann@n.example"
      })
  void aGoodRowIsTakenAndNoOrderOfItsCellsTakesAPasswordForAnythingElse(String good) {
    List<String> cells = List.of(good.split("\\|"));
    List<String> orders = new ArrayList<>();
    permute(new ArrayList<>(), cells.subList(0, 6), orders);
    orders.replaceAll(order -> order + "," + String.join(",", cells.subList(6, 8)));
    for (int i = 0; i < cells.size(); i++) {
      for (int j = 0; j < cells.size(); j++) {
        for (int k = 0; k < cells.size(); k++) {
          List<String> order = new ArrayList<>(cells);
          Collections.swap(order, i, j);
          Collections.swap(order, j, k);
          orders.add(String.join(",", order));
        }
      }
    }
    assertThat(read(FULL + String.join(",", cells)).rows()).hasSize(1);
    List<String> passwords = List.of(cells.get(1), cells.get(5));
    for (String order : orders) {
      assertThat(told(read(FULL + order)))
          .as(order)
          .doesNotContainIgnoringCase(passwords.toArray(new String[0]));
    }
  }

  /** What is the same as a password of its row, wherever it came from. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann@t.example,zqpw30007x,ZqPw30007x,993,tls,Dx,,",
        "ann@t.example,pw-1,dx30007y,993,tls,Dx30007y,,",
        "ann@t.example,ann@t.example,127.0.2.77,24431,none,Dx,ZqPw30017x,ann@n.example",
        "ann@t.example,ZqPw30069x,127.0.2.77,24431,none,ann@t.example,Dx30069y,ann@n.example",
        "ann@t.example,ZqPw30069x,127.0.2.77,24431,none,Dx,zqpw30069x,ann@n.example",
        "ann@t.example,ZqPw30069x,127.0.2.77,24431,none,Dx,ann-ZqPw30069x,ann@n.example",
        "ann@t.example,ann,127.0.2.77,24431,none,Dx,ZqPw30017x,ann@n.example"
      })
  void aNameThatIsAPasswordOfItsRowIsRefused(String row) {
    Request request = read(FULL + row);

    assertThat(request.rows()).isEmpty();
    assertThat(told(request)).doesNotContainIgnoringCase("ZqPw3", "dx3");
  }

  /** An address vouches for a server of its domain, in whichever form either of them stands. */
  @ParameterizedTest
  @CsvSource({
    "old.example, my.old.example",
    "münchen.example, my.münchen.example",
    "xn--mnchen-3ya.example, my.münchen.example",
    "münchen.example, my.xn--mnchen-3ya.example",
    "MÜNCHEN.example, my.xn--mnchen-3ya.example",
  })
  void aServerInThePlaceOfThePasswordIsKnownByItsDomain(String domain, String server) {
    Request request =
        read(FULL + "ann@" + domain + "," + server + ",mx1.zqpw3.example,993,tls,Dx,,");

    assertThat(request.rows()).isEmpty();
    assertThat(told(request)).doesNotContain("zqpw3");
  }

  private Request read(String text) {
    RequestRules rules = new RequestRules(false, false, false, List.of());
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    return new RequestReader(rules).read("a.csv", RawRequest.parse(octets, "a.csv"), folder);
  }

  /** All that is not kept as a secret: it is stored, looked up and reported as it is. */
  private static String told(Request request) {
    return request.rows().stream()
            .map(
                row ->
                    List.of(
                        row.sourceAddress(),
                        row.source().toString(),
                        row.sourceUsername(),
                        row.destinationAddress()))
            .toList()
        + request.rejected().toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2", "hunter2@", "p@ss@hunter2", "x@hunter2.example", "hunter2.example",
            "hunter2:993", "imap://hunter2",
        "20191224", "=hunter2", "dav|hunter2", "a hunter2", "https://hunter2/", "hunter2.vcf",
            "<hunter2@x.example>"
      })
  void aPasswordInAnyColumnOfARejectedRowIsNotShown(String secret) throws IOException {
    for (Column column : Column.values()) {
      Map<Column, String> cells = new EnumMap<>(Column.class);
      cells.put(Column.SOURCE_EMAIL, "anna@example.org");
      cells.put(Column.SOURCE_IMAP_SERVER, "imap.example.org");
      cells.put(Column.SOURCE_PASSWORD, "x");
      cells.put(Column.DESTINATION_EMAIL, "nobody");
      cells.put(column, secret);
      cells.put(
          column == Column.SOURCE_PORT ? Column.SOURCE_SECURITY : Column.SOURCE_PORT, "wrong");
      String row =
          Arrays.stream(Column.values())
              .map(each -> cells.getOrDefault(each, ""))
              .collect(Collectors.joining(","));
      assertThat(written(RequestReaderTest.ALL_COLUMNS + row + "\n"))
          .as("%s", column)
          .doesNotContain(secret, "hunter2");
    }
  }

  @Test
  void cellsInAnyOrderShowNoPassword() throws IOException {
    Random random = new Random(7);
    List<String> row =
        new ArrayList<>(
            Arrays.asList(
                "anna@example.org",
                "S3cret@home.example",
                "imap.example.org",
                "",
                "",
                "",
                "",
                "pw-of-anna"));
    for (int i = 0; i < 300; i++) {
      Collections.shuffle(row, random);
      String written =
          written(RequestReaderTest.ALL_COLUMNS + String.join(",", row) + ",,,http://x,,\n");
      assertThat(written).doesNotContain("S3cret", "pw-of-anna");
    }
  }

  /** Each order of the cells of a row is a row; none of them is accepted, for its port is none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "anna@example.org|ZqPwA003|imap.example.org|65|",
        "anna@example.org|ZqPw@A003.example|imap.example.org|993|tls",
        "anna@example.org|zqpw.w801|127.0.0.1|143|none",
        "anna@example.org|12345|mail.strangers.example|993|starttls",
        "anna@example.org|zqpw.example|imap.example.org|starttls|anna",
        "anna@example.org|zqpw-1@example.net|127.0.0.1|anna|anna@new.example",
        "anna@example.org|ZqPwA003!|127.0.0.1|4711|",
        "anna@example.org|ZqPwA003@example.org|imap.example.org||",
        "anna@example.org|ZqPwA003.example.org|imap.example.org|anna|",
        "anna@example.org|imap.zqpw.example|imap.example.org|993|x1"
      })
  void aRowInWhateverOrderShowsNoPassword(String row) throws IOException {
    List<String> cells = List.of(row.split("\\|", -1));
    List<String> orders = new ArrayList<>();
    permute(new ArrayList<>(), cells, orders);
    StringBuilder text =
        new StringBuilder(
            "source_email,source_password,source_imap_server,source_port,source_username,calendar\n");
    // They vouch for the domain and the server of anna.
    orders.forEach(order -> text.append(order).append(",no file\n"));
    assertThat(written(text.toString()).toLowerCase(Locale.ROOT))
        .doesNotContain(cells.get(1).toLowerCase(Locale.ROOT))
        .contains("anna@example.org");
  }

  /** Header and rows, with the password where another cell is missing or was left out. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "source_email,source_imap_server,source_security,source_port,source_password / anna@example.org,imap.example.org,tls,4711",
        "source_email,source_imap_server,source_security,source_port,source_password,destination_password / anna@example.org,imap.example.org,tls,4711,Neu-9x",
        "source_email,source_imap_server,source_security,source_port,source_password,destination_password / anna@example.org,imap.example.org,tls,4711,,Neu-9x",
        "source_email,source_imap_server,source_port,source_password,destination_password / anna@example.org,imap.example.org,4711,,Neu-9x",
        "source_email,source_password,source_imap_server,source_port / p@ssw0rd1,Kx9!bLq2Zz,imap.example.org,wrong",
        "source_email,source_password,source_imap_server / p@ssw0rd1,anna, / q@ssw0rd1,ben,",
        "source_email,source_password,source_imap_server,destination_email,destination_password / anna@example.org,Kx9!bLq2Zz,,p@ssw0rd1, / ben@example.org,x,,,",
        "source_email,source_password,source_imap_server,destination_email,destination_password / anna@example.org,Kx9!bLq2Zz,,p@ssw0rd1.example, / ben@example.org,x,,,",
      })
  void aPasswordInThePlaceOfAMissingCellIsNotShown(String lines) throws IOException {
    assertThat(written(lines.replace(" / ", "\n") + "\n")).doesNotContain("4711", "@ssw0rd1");
  }

  private static void permute(List<String> chosen, List<String> rest, List<String> orders) {
    if (rest.isEmpty()) {
      orders.add(String.join(",", chosen));
    }
    for (int i = 0; i < rest.size(); i++) {
      List<String> next = new ArrayList<>(chosen);
      next.add(rest.get(i));
      List<String> others = new ArrayList<>(rest);
      others.remove(i);
      permute(next, others, orders);
    }
  }

  /** What is wrong, and what is shown all the same. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          anna@example.org,,imap.example.org,993,tls,anna@example.org       | anna@example.org imap.example.org
          anna@home.example,ZqPwA003,imap.strangers.example,99999,,          | anna@home.example imap.strangers.example
          anna@home.example,ZqPwA003,127.0.0.1,40143,strong,                  | anna@home.example 127.0.0.1 40143
          anna@home.example,hunter2,127.0.0.1,40123,none,anna@home.example,x  | 127.0.0.1 40123
          anna@example.org,hunter2,imaps://imap.example.org:993,,,            | anna@example.org imaps://imap.example.org:993
          anna@other.example,hunter2,localhost,x,,                            | anna@other.example
          """)
  void whatCannotBeAPasswordIsShown(String row, String shown) throws IOException {
    String header =
        "source_email,source_password,source_imap_server,source_port,source_security,source_username";
    String text =
        header
            + (row.endsWith(",x") ? ",\n" : "\n")
            + row
            + "\n"
            + "ben@other.example,hunter3,,,,"
            + (row.endsWith(",x") ? "," : "")
            + "\n";
    assertThat(written(text)).contains(shown.split(" ")).doesNotContain("ZqPwA003", "hunter");
  }

  @Test
  void aPasswordInAHeaderIsNotShown() throws IOException {
    assertThat(written("source_email,source_password,hunter2\na,b,c\n")).doesNotContain("hunter2");
    assertThat(written("source_email,source_password,source_imap_server,hunter2\na,b,c,d\n"))
        .doesNotContain("hunter2");
  }

  @Test
  void anAddressAndAServerThatVouchForEachOtherAreShown() throws IOException {
    String written =
        written(
            RequestReaderTest.ALL_COLUMNS
                + "anna@example.org,x1y2,imap.example.org,wrong,,,,,,,,,\n");

    assertThat(written).contains("anna@example.org", "imap.example.org", Secret.MASK);
  }
}
