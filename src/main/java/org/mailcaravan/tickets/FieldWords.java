package org.mailcaravan.tickets;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.model.Language;

/**
 * Names of columns within sentences, and what people call them who wrote a mail and never saw a
 * column. All of it are labels of {@code config/mail-labels.properties}.
 */
final class FieldWords {
  private static final String NAME = "((?:source|destination)_[a-z_]+)";

  /** Alone, or in quotation marks; not in a whole line that stands in such. */
  private static final Pattern COLUMN = Pattern.compile("\"?\\b" + NAME + "\\b(?!: \\S+\")\"?");

  /** The sentences of some languages say that something is to be written into a column. */
  private static final List<Rule> ENGLISH_RULES =
      List.of(
          new Rule("\"([^\"]*)\" in the column \"" + NAME + "\"", "the line \"%s: %s\""),
          new Rule("()the column \"" + NAME + "\"", "a line \"%s: ...%s\""),
          new Rule("()into " + NAME + "\\b", "into a line \"%s: ...%s\""));

  private static final List<Rule> GERMAN_RULES =
      List.of(
          new Rule("\"([^\"]*)\" in der Spalte \"" + NAME + "\"", "der Zeile \"%s: %s\""),
          new Rule("()der Spalte \"" + NAME + "\"", "einer Zeile \"%s: ...%s\""),
          new Rule("()die Spalte \"" + NAME + "\"", "eine Zeile \"%s: ...%s\""));

  /**
   * What is said of a column in a list, and what of a line in a mail.
   *
   * @param column with a group for what stands in it, and one for its name
   * @param line with places for the word of the field, and for what stands behind it
   */
  private record Rule(Pattern column, String line) {
    private Rule(String column, String line) {
      this(Pattern.compile(column), line);
    }

    private String in(String text, Map<String, String> words) {
      return column
          .matcher(text)
          .replaceAll(
              found -> {
                String word = words.get(found.group(2));
                return Matcher.quoteReplacement(
                    word == null ? found.group() : line.formatted(word, found.group(1)));
              });
    }
  }

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

  /** A sentence for whoever wrote the text of a mail: with lines in place of columns. */
  static String inText(String sentence, Language language) {
    Map<String, String> words = of(language);
    String told = sentence;
    for (Rule rule : language == Language.GERMAN ? GERMAN_RULES : ENGLISH_RULES) {
      told = rule.in(told, words);
    }
    return quoted(told, words);
  }

  /** A sentence for whoever sent a list: the names of columns stand in quotation marks. */
  static String inList(String sentence) {
    return quoted(sentence, Map.of());
  }

  private static String quoted(String sentence, Map<String, String> words) {
    return COLUMN
        .matcher(sentence)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    '"' + words.getOrDefault(found.group(1), found.group(1)) + '"'));
  }
}
