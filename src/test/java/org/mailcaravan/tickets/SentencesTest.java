package org.mailcaravan.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentencesTest {
  private static final Path TABLE =
      Path.of("src/main/resources/org/mailcaravan/tickets/sentences.de.txt");

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
          [AUTHENTICATIONFAILED] no | [AUTHENTICATIONFAILED] no
          """)
  void aSentenceIsTranslatedAndAnythingElseStays(String english, String german) {
    assertThat(Sentences.of("de").translated(english)).isEqualTo(german);
    assertThat(Sentences.of("en").translated(english)).isEqualTo(english);
  }

  @Test
  void everyEntryIsASentenceThatTheProgramSays() throws IOException {
    String sources = sources();
    String english = "";
    for (String line : Files.readAllLines(TABLE)) {
      if (line.startsWith("= ")) {
        assertThat(places(line)).as(line).isEqualTo(places(english));
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
