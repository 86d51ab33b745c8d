package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailWideFieldsTest {
  private static final MailLabels LABELS =
      MailLabels.read(Path.of("config/mail-labels.properties"));

  private static List<RawRow> rows(String text) {
    return MailBody.read(text.replace("/", "\n"), LABELS, "anna@old.example").rows();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      value = {
        "E-mail: anna@old.example/Password: Geheim1/Start: 2026-12-24 18:00 | 2026-12-24 18:00 | ''",
        "Beginn: 24.12.2026 18 Uhr//E-Mail: anna@old.example/Passwort: Geheim1 | 24.12.2026 18 Uhr | ''",
        "E-Mail: anna@old.example/Passwort: Geheim1/Beginn: sofort | '' | ''",
        "E-Mail: anna@old.example/Passwort: Geheim1/Zeitfenster: Mo-Fr 18-7, Sa-So | '' | Mo-Fr 18-7, Sa-So",
        "E-Mail: anna@old.example/Passwort: Geheim1/> Start: 2026-12-24 18:00 | '' | ''",
      })
  void aMailSaysWhenItsMailboxIsCopied(String text, String start, String window) {
    RawRow row = rows(text).get(0);
    assertThat(row.cells().getOrDefault(Column.START_AT, "")).isEqualTo(start);
    assertThat(row.cells().getOrDefault(Column.WINDOW, "")).isEqualTo(window);
    assertThat(row.cells()).containsEntry(Column.SOURCE_PASSWORD, "Geheim1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Ticket: 17//E-mail: anna@old.example/Password: Geheim1 | 17",
        "E-Mail: anna@old.example/Passwort: Geheim1/Ticketnummer: #123456 | #123456",
        "E-Mail: anna@old.example/Passwort: Geheim1//Ticket ID: 99//Danke | 99",
        "E-Mail: anna@old.example/Ticket: 4711/Passwort: Geheim1 | 4711",
      })
  void aMailNamesItsTicket(String text, String ticket) {
    assertThat(rows(text))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row.cells())
                    .containsEntry(Column.TICKET, ticket)
                    .containsEntry(Column.SOURCE_PASSWORD, "Geheim1"));
  }

  @Test
  void aStartIsOfAllMailboxesOfTheMail() {
    assertThat(
            rows(
                "E-Mail: anna@old.example/Passwort: Geheim1//E-Mail: ben@old.example/Passwort: Geheim2//"
                    + "Start: 2026-12-24 18:00"))
        .hasSize(2)
        .allSatisfy(
            row -> assertThat(row.cells()).containsEntry(Column.START_AT, "2026-12-24 18:00"));
  }
}
