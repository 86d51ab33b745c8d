package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowProblem;

/** Rows without a password at the old provider, in a request to a service that can wait for it. */
class PasswordLaterTest {
  private static final String HEADER =
      "source_email,source_password,source_imap_server,source_port,source_username,destination_email,"
          + "destination_password,contacts_collection,contacts\n";

  private final Path folder;

  PasswordLaterTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Request read(String text, boolean ownPasswords, boolean later) {
    RequestRules rules =
        new RequestRules(
            ownPasswords, true, false, List.of(), OAuthRules.NONE, "imap.new.example", later);
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    return new RequestReader(rules).read("a.csv", RawRequest.parse(octets, "a.csv"), folder);
  }

  private Request read(String text) {
    return read(text, false, true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann@old.example,,imap.old.example,,,,,",
        "ann@old.example,,mail.hoster.example,993,ann,,,",
        "ann@old.example,,127.0.0.1,34567,ann@old.example,ann@new.example,,Friends",
        "ann@old.example,,w0123.hoster.example,,,b.smith@new.example,,",
        "ann@xn--mnchen-3ya.example,,imap.münchen.example,,,,,"
      })
  void aRowWithoutAPasswordIsTakenAndPointedOut(String row) {
    Request request = read(HEADER + row + ",dav\nben@old.example,secret,imap.old.example,,,,,,\n");

    assertThat(request.rejected()).isEmpty();
    assertThat(request.rows()).extracting(RequestRow::lacksPassword).containsExactly(true, false);
    assertThat(request.reading().notes())
        .containsExactly(
            "No password stands on line 2: each of these mailboxes waits until its password comes.");
  }

  @Test
  void aListOrAnObjectMayHaveNoPasswordsAtAll() {
    assertThat(read("E-Mail;IMAP server\nann@old.example;imap.old.example\n").rows()).hasSize(1);
    Request json =
        read(
            "[{\"source_email\": \"ann@old.example\", \"source_imap_server\": \"imap.old.example\"}]");
    assertThat(json.rows()).extracting(RequestRow::lacksPassword).containsExactly(true);
    assertThat(json.reading().notes().get(0)).contains("No password stands on object 1");
  }

  @Test
  void whereNobodyWaitsForItAnEmptyPasswordIsAProblemAsBefore() {
    Request request = read(HEADER + "ann@old.example,,imap.old.example,,,,,,\n", false, false);

    assertThat(request.rows()).isEmpty();
    assertThat(request.rejected())
        .extracting(RowProblem::column, RowProblem::problem)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("source_password", "is empty"));
    assertThatThrownBy(
            () -> read("email,imapserver\nann@old.example,imap.old.example\n", false, false))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("the header lacks source_password");
  }

  /** A column that may have got a wrong name never makes passwords vanish. */
  @ParameterizedTest
  @CsvSource({
    "'email,new_password,imapserver', the header lacks source_password",
    "'email,destination_password,imapserver', the header lacks source_password",
    "'email,passphrase,imapserver', the column has a name that is not known",
    "'email,pasword,imapserver', the column has a name that is not known",
  })
  void aHeaderWithAnotherPasswordOrAnUnknownNameIsRejected(String header, String cause) {
    assertThatThrownBy(() -> read(header + "\nann@old.example,hunter2,imap.old.example\n"))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining(cause)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aPasswordBelowNoNameMakesTheRowUnreadable() {
    Request request = read("email,,imapserver\nann@old.example,hunter2,imap.old.example\n");

    assertThat(request.rows()).isEmpty();
    assertThat(request.rejected().toString())
        .contains("which has no name in the header")
        .doesNotContain("hunter2");
  }

  /** What would be kept in clear, and nothing else of the row says that it is no password. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann@old.example,,imap.old.example,,hunter2,,,",
        "ann@old.example,,imap.old.example,,Hunter2@kx.example,,,",
        "ann@old.example,,hunter2,,,,,",
        "ann@old.example,,hunter2.kx,,,,,",
        "ann@old.example,,imap.old.example,,,Hunter2hunter@kx.example,,",
        "ann@old.example,,imap.old.example,,,,hunter2,",
        "ann@old.example,,imap.old.example,,,,,Hunter2hunter",
        "hunter2@kx,,imap.old.example,,,,,"
      })
  void whatMayBeThePasswordInAnotherColumnIsRefusedAndNotShown(String row) {
    Request request = read(HEADER + row + ",dav\n");

    assertThat(request.rows()).isEmpty();
    assertThat(request.rejected()).extracting(RowProblem::remedy).allMatch(each -> !each.isEmpty());
    assertThat(request.rejected().toString()).doesNotContainIgnoringCase("hunter2");
  }

  @Test
  void theNewPasswordIsNeededWhereTheNewServerAsksForIt() {
    Request request =
        read(
            HEADER
                + "ann@old.example,,imap.old.example,,,,new-1,,\n"
                + "ben@old.example,,imap.old.example,,,,,,\n",
            true,
            true);

    assertThat(request.rows())
        .extracting(RequestRow::sourceAddress)
        .containsExactly("ann@old.example");
    assertThat(request.rejected())
        .extracting(RowProblem::column)
        .containsExactly("destination_password");
  }

  /** Of each order of the cells that is taken, nothing is shown that is a password. */
  @Test
  void noOrderOfTheCellsTakesAPasswordForAnythingElse() {
    Random random = new Random(11);
    List<String> cells =
        new ArrayList<>(
            List.of(
                "ann@old.example",
                "",
                "imap.old.example",
                "993",
                "ann",
                "ann@new.example",
                "",
                "",
                ""));
    for (String password :
        List.of("Zq-geheim", "Zq90005kx", "zq.kx", "Zq90005@kx.example", "zqkx")) {
      List<String> row = new ArrayList<>(cells);
      row.set(6, password);
      for (int i = 0; i < 400; i++) {
        Collections.shuffle(row, random);
        Request request = read(HEADER + String.join(",", row) + "\n");
        assertThat(told(request)).as("%s", row).doesNotContainIgnoringCase(password);
      }
    }
  }

  private static String told(Request request) {
    return request.rows().stream()
            .map(
                row ->
                    List.of(
                        row.sourceAddress(),
                        row.source().toString(),
                        row.sourceUsername(),
                        row.destinationAddress(),
                        row.options().values()))
            .toList()
        + request.rejected().toString();
  }
}
