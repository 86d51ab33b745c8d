package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.Language;

class MailLanguageTest {
  private static final MailLabels LABELS =
      MailLabels.read(Path.of("config/mail-labels.properties"));

  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of(
            "E-Mail-Adresse: a@x.example\nPasswort: geheim\nIMAP-Server: x", Language.GERMAN),
        Arguments.of("E-mail address: a@x.example\nPassword: secret\nServer: x", Language.ENGLISH),
        // The labels count before the words around them.
        Arguments.of(
            "Guten Tag, bitte ziehen Sie das um:\nE-mail address: a@x.example\nPassword: secret",
            Language.ENGLISH),
        Arguments.of(
            "Guten Tag,\nbitte ziehen Sie die Postfächer der Liste um.\nMit freundlichen Grüßen",
            Language.GERMAN),
        Arguments.of(
            "Hello,\nplease move the mailboxes of the list to our new server.\nRegards",
            Language.ENGLISH),
        Arguments.of("Adresse e-mail: a@x.example\nMot de passe: x", null),
        Arguments.of("IMAP: x\nPort: 993\nSSL: yes\nE-Mail: a@x.example", null),
        Arguments.of("", null));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void aMailIsOfTheLanguageOfItsLabelsElseOfItsWords(String text, @Nullable Language language) {
    assertThat(MailLanguage.of(List.of(text), LABELS).orElse(null)).isEqualTo(language);
  }
}
