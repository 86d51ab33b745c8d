package org.mailcaravan.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Language;
import org.mailcaravan.providers.Providers;

class SentencesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          is empty | ist leer
          kontakte.vcf: 1,234 cards. | kontakte.vcf: 1.234 Kontakte.
          kalender.ics: 1 event. | kalender.ics: 1 Termin.
          is longer than 1000 characters | ist länger als 1000 Zeichen
          the row has 3 values, the header 5 columns | die Zeile hat 3 Werte, die Kopfzeile 5 Spalten
          The column "Full name" is ignored: names of people are not needed. | Die Spalte "Full name" wird nicht verwendet: Namen von Personen werden nicht gebraucht.
          names a profile that is not configured, did you mean tenant? | nennt ein Profil, das nicht eingerichtet ist; meinten Sie tenant?
          Migration m1 has ended already; there is nothing to cancel. | Der Umzug m1 ist schon zu Ende; es gibt nichts mehr zu stornieren.
          Migration m1 is cancelled. What has arrived stays. | Der Umzug m1 ist storniert. Was angekommen ist, bleibt.
          The time "soon" cannot be read. Write it as 2026-12-01 18:00. | Die Zeit "soon" lässt sich nicht lesen. Schreiben Sie sie so: 01.12.2026 18:00.
          The time 2026-12-01 18:00 (UTC) is over; nothing was changed. Write one that is to come. | Die Zeit 01.12.2026, 18:00 Uhr (UTC) ist vorbei, und nichts wurde geändert. Schreiben Sie eine, die noch kommt.
          2 mailboxes of migration m1 begin at 2026-12-01 18:00 (UTC). | 2 Postfächer des Umzugs m1 beginnen am 01.12.2026, 18:00 Uhr (UTC).
          The new password of a@b.example works, and its mailbox goes on. | Das neue Passwort von a@b.example stimmt, und mit dem Postfach geht es weiter.
          The new password of a@b.example was not taken: the login was refused. | Das neue Passwort von a@b.example wurde nicht übernommen: die Anmeldung wurde abgelehnt.
          the old provider refused user name or password: NO no | der bisherige Anbieter hat Benutzername oder Passwort abgelehnt: NO no
          [AUTHENTICATIONFAILED] no | [AUTHENTICATIONFAILED] no
          1,234 | 1.234
          2.5 GiB | 2,5 GiB
          192.168.1.5 | 192.168.1.5
          2026-12-01 18:00 (Europe/Berlin) | 01.12.2026, 18:00 Uhr (MEZ)
          2026-07-01 18:00 (Europe/Berlin) | 01.07.2026, 18:00 Uhr (MESZ)
          2026-12-01 18:00 (Room 5) | 01.12.2026, 18:00 Uhr (Room 5)
          the mailbox has room for 1,024.0 MiB, and 2.5 MiB are to come | das Postfach hat Platz für 1.024,0 MiB, und 2,5 MiB sollen noch kommen
          1,234 messages are larger than the new server takes (50.0 MiB); the largest has 80.5 MiB | 1.234 E-Mails sind größer, als der neue Server annimmt (50,0 MiB); die größte hat 80,5 MiB
          No password stands on lines 3, 4 and 5: each of these mailboxes waits until its password comes. | Hier steht kein Passwort: Zeilen 3, 4 und 5. Jedes dieser Postfächer wartet, bis sein Passwort kommt.
          Check source_password of lines 3, 4, 5, 6, 7 and 20 more: it is a formula. | Prüfen Sie source_password (Zeilen 3, 4, 5, 6, 7 und 20 weitere): Der Wert ist eine Formel.
          the header lacks source_email, source_password | in der Kopfzeile fehlt source_email, source_password
          folder Kalender will be left out. The server says that it holds appointments rather than mail. Contacts and calendars are moved where the request names them (contacts, calendar). | Ordner Kalender wird ausgelassen. Laut Server enthält er Termine und keine E-Mails. Kontakte und Kalender ziehen um, wenn der Auftrag sie nennt.
          The server names several causes. Check each: the password (source_password); whether the account needs an app password. | Der Server nennt mehrere mögliche Ursachen. Bitte prüfen Sie jede: das Passwort; ob das Konto ein App-Passwort braucht.
          the connection to imap.old.example was lost: imap.old.example ended the connection, saying: Autologout | die Verbindung zu imap.old.example ist abgebrochen: imap.old.example hat die Verbindung beendet und sagt: Autologout
          """)
  void aSentenceIsTranslatedAndAnythingElseStays(String english, String german) {
    assertThat(Sentences.of(Language.GERMAN, Providers.NONE).translated(english)).isEqualTo(german);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1,234", "2.5 GiB", "2026-12-01 18:00", "is empty", "BYE bye"})
  void whatIsEnglishStaysAsItIsInEnglish(String english) {
    assertThat(Sentences.of(Language.ENGLISH, Providers.NONE).translated(english))
        .isEqualTo(english);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de"})
  void whatIsWrittenForUsIsToldToCustomersInTheirWords(String language) {
    Sentences sentences = Sentences.of(Language.of(language).orElseThrow(), Providers.NONE);

    assertThat(
            sentences.translated(
                "Ask the customer for the right password, and put it into source_password. Check source_username too:"
                    + " most servers do not say which of both is wrong. At Gmail: make an app password."))
        .contains(language.equals("de") ? "Bitte senden Sie uns" : "Please send us")
        .endsWith((language.equals("de") ? " Bei" : " At") + " Gmail: make an app password.")
        .doesNotContain("customer", "source_");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de"})
  void everyEntryIsASentenceThatTheProgramSays(String language) throws IOException {
    String sources = sources();
    String english = "";
    List<String> notSaid = new ArrayList<>();
    Path table =
        Path.of("src/main/resources/org/mailcaravan/tickets/sentences." + language + ".txt");
    for (String line : Files.readAllLines(table)) {
      if (line.startsWith("= ")) {
        assertThat(places(line)).as(line).isLessThanOrEqualTo(places(english));
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        english = line;
        // Names stand before some sentences, what a server said is put into others, and some
        // follow one another.
        if (!Stream.of(line.split("\\{}|[:;,] ?|(?<=\\.) (?=This )", -1))
            .map(String::strip)
            .allMatch(sources::contains)) {
          notSaid.add(line);
        }
      }
    }
    assertThat(notSaid).isEmpty();
  }

  private static int places(String line) {
    return line.split("\\{}", -1).length;
  }

  /** All that the sources say, with texts in several parts put together. */
  private static String sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      List<Path> all = files.filter(file -> file.toString().endsWith(".java")).toList();
      return all.stream()
              .map(SentencesTest::text)
              .collect(Collectors.joining())
              .replaceAll("\"\\s*\\+\\s*\"", "")
              .replace("\\\"", "\"")
          + String.join("\n", ToldSentences.of(all))
          + String.join("\n", ToldSentences.ofServerWords());
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
