package org.mailcaravan.intake;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.mailcaravan.model.Language;

/** In which language a mail is written: by the labels of its fields, else by its small words. */
final class MailLanguage {
  /** Words that one of the languages has very often, and the other does not. */
  private static final Map<Language, Set<String>> SMALL_WORDS =
      Map.of(
          Language.ENGLISH,
          Set.of(
              "the", "and", "please", "with", "from", "our", "you", "your", "this", "is", "are",
              "my", "thanks", "thank", "hello", "dear", "regards", "would", "like", "of", "to",
              "for"),
          Language.GERMAN,
          Set.of(
              "der",
              "die",
              "das",
              "und",
              "bitte",
              "mit",
              "von",
              "unser",
              "unsere",
              "ich",
              "wir",
              "sie",
              "ihr",
              "ihre",
              "ist",
              "sind",
              "mein",
              "meine",
              "danke",
              "hallo",
              "guten",
              "tag",
              "grüße",
              "grüßen",
              "möchte",
              "möchten",
              "für",
              "nicht",
              "zu",
              "umziehen"));

  private static final Pattern BETWEEN_LABELS = Pattern.compile("[:=;|,\\t\\n\\r]");
  private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}]+");

  /** Fewer prove nothing. */
  private static final int ENOUGH = 3;

  /** Characters that are looked at. */
  private static final int LONGEST = 20_000;

  private MailLanguage() {}

  /**
   * The language of a text; empty where it is not clear.
   *
   * @param text what the sender wrote
   */
  static Optional<Language> of(List<String> text, MailLabels labels) {
    return text.stream()
        .map(each -> each.substring(0, Math.min(each.length(), LONGEST)))
        .flatMap(each -> byLabels(each, labels).or(() -> byWords(each)).stream())
        .findFirst();
  }

  private static Optional<Language> byLabels(String text, MailLabels labels) {
    Map<Language, Integer> found = new EnumMap<>(Language.class);
    BETWEEN_LABELS
        .splitAsStream(text)
        .flatMap(label -> labels.language(label).stream())
        .forEach(language -> found.merge(language, 1, Integer::sum));
    return most(found, 1);
  }

  private static Optional<Language> byWords(String text) {
    Map<Language, Integer> found = new EnumMap<>(Language.class);
    NO_LETTERS
        .splitAsStream(text.toLowerCase(Locale.ROOT))
        .forEach(
            word ->
                SMALL_WORDS.forEach(
                    (language, words) -> {
                      if (words.contains(word)) {
                        found.merge(language, 1, Integer::sum);
                      }
                    }));
    return most(found, ENOUGH);
  }

  private static Optional<Language> most(Map<Language, Integer> found, int enough) {
    int english = found.getOrDefault(Language.ENGLISH, 0);
    int german = found.getOrDefault(Language.GERMAN, 0);
    return english == german || Math.max(english, german) < enough
        ? Optional.empty()
        : Optional.of(english > german ? Language.ENGLISH : Language.GERMAN);
  }
}
