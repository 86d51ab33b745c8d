package org.mailcaravan.tickets;

import java.util.Map;
import java.util.regex.Pattern;
import org.mailcaravan.model.Language;

/**
 * What people call the columns of a request in a mail, for those who wrote one and never saw a
 * column. All of it are labels of {@code config/mail-labels.properties}.
 */
final class FieldWords {
  private static final Pattern COLUMN = Pattern.compile("\\b(?:source|destination)_[a-z_]+\\b");

  private static final Map<String, String> ENGLISH =
      Map.of(
          "source_email", "E-mail address",
          "source_password", "Password",
          "source_imap_server", "IMAP server",
          "source_port", "Port",
          "source_security", "Security",
          "source_username", "User name",
          "destination_email", "New e-mail address",
          "destination_password", "New password");

  private static final Map<String, String> GERMAN =
      Map.of(
          "source_email", "E-Mail-Adresse",
          "source_password", "Passwort",
          "source_imap_server", "IMAP-Server",
          "source_port", "Port",
          "source_security", "Verschlüsselung",
          "source_username", "Benutzername",
          "destination_email", "Neue E-Mail-Adresse",
          "destination_password", "Neues Passwort");

  private FieldWords() {}

  /** The words of a language, by the names of columns. */
  static Map<String, String> of(Language language) {
    return switch (language) {
      case ENGLISH -> ENGLISH;
      case GERMAN -> GERMAN;
    };
  }

  /** A text with these words in place of the names of columns. */
  static String in(String text, Language language) {
    Map<String, String> words = of(language);
    return COLUMN.matcher(text).replaceAll(name -> words.getOrDefault(name.group(), name.group()));
  }
}
