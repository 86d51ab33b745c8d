package org.mailcaravan.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentencesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          is empty | ist leer
          is longer than 1000 characters | ist länger als 1000 Zeichen
          the row has 3 values, the header 5 columns | die Zeile hat 3 Werte, die Kopfzeile 5 Spalten
          The column "Full name" is ignored: names of people are not needed. | Die Spalte "Full name" wird nicht verwendet: Namen von Personen werden nicht gebraucht.
          names a profile that is not configured, did you mean tenant? | nennt ein Profil, das nicht eingerichtet ist; meinten Sie tenant?
          Migration m1 has ended already; there is nothing to cancel. | Der Umzug m1 ist schon zu Ende; es gibt nichts mehr zu stornieren.
          Migration m1 is cancelled. What has arrived stays. | Der Umzug m1 ist storniert. Was angekommen ist, bleibt.
          The time "soon" cannot be read. Write it as 2026-12-01 18:00. | Die Zeit "soon" lässt sich nicht lesen. Schreiben Sie sie so: 01.12.2026 18:00.
          The time 2026-12-01 18:00 (UTC) is over; nothing was changed. Write one that is to come. | Die Zeit 2026-12-01 18:00 (UTC) ist vorbei, und nichts wurde geändert. Schreiben Sie eine, die noch kommt.
          2 mailboxes of migration m1 begin at 2026-12-01 18:00 (UTC). | 2 Postfächer des Umzugs m1 beginnen um 2026-12-01 18:00 (UTC).
          The new password of a@b.example works, and its mailbox goes on. | Das neue Passwort von a@b.example stimmt, und mit dem Postfach geht es weiter.
          The new password of a@b.example was not taken: the login was refused. | Das neue Passwort von a@b.example wurde nicht übernommen: die Anmeldung wurde abgelehnt.
          the old provider refused user name or password: NO no | der bisherige Anbieter hat Benutzername oder Passwort abgelehnt: NO no
          [AUTHENTICATIONFAILED] no | [AUTHENTICATIONFAILED] no
          """)
  void aSentenceIsTranslatedAndAnythingElseStays(String english, String german) {
    assertThat(Sentences.of("de").translated(english)).isEqualTo(german);
    assertThat(Sentences.of("en").translated(english)).isEqualTo(english);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de"})
  void whatIsWrittenForUsIsToldToCustomersInTheirWords(String language) {
    Sentences sentences = Sentences.of(language);

    assertThat(
            sentences.translated(
                "Ask the customer for the right password, and put it into source_password. Check source_username too:"
                    + " most servers do not say which of both is wrong. At Gmail: make an app password."))
        .contains(language.equals("de") ? "Bitte senden Sie uns" : "Please send us")
        .endsWith(" At Gmail: make an app password.")
        .doesNotContain("customer", "source_");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de"})
  void everyEntryIsASentenceThatTheProgramSays(String language) throws IOException {
    String sources = sources();
    String english = "";
    Path table =
        Path.of("src/main/resources/org/mailcaravan/tickets/sentences." + language + ".txt");
    for (String line : Files.readAllLines(table)) {
      if (line.startsWith("= ")) {
        assertThat(places(line)).as(line).isLessThanOrEqualTo(places(english));
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        english = line;
        for (String part : List.of(line.split("\\{}"))) {
          assertThat(sources.contains(part)).as(line).isTrue();
        }
      }
    }
  }

  private static int places(String line) {
    return line.split("\\{}", -1).length;
  }

  /** All that the sources say, with texts in several parts put together. */
  private static String sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(SentencesTest::text)
          .collect(Collectors.joining())
          .replaceAll("\"\\s*\\+\\s*\"", "")
          .replace("\\\"", "\"");
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
