package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of a mail, where each field has one of its own: "E-mail: anna@old.example, password:
 * secret" are two. Each knows the number that it has in the mail.
 */
final class MailLines {
  private static final Pattern COLON = Pattern.compile("\\s?[:\uff1a]");
  private static final Pattern WORD = Pattern.compile("(?<![^\\s,;|/(])[\\p{L}\\p{N}]");

  /** What stands between two fields, and may be the end of a password. */
  private static final String SEPARATORS = ",;|/(";

  /** Those that no sentence has right behind a word. */
  private static final String UNUSUAL = "|/(";

  private static final int LONGEST_LABEL = 4;
  private static final int MOST_COLONS = 20;

  private final List<String> lines = new ArrayList<>();
  private final List<Integer> numbers = new ArrayList<>();

  MailLines(String text, MailLabels labels) {
    int number = 0;
    for (String line : text.lines().limit(RequestText.MOST_ROWS).toList()) {
      number++;
      for (String part : parts(line, labels)) {
        lines.add(part);
        numbers.add(number);
      }
    }
  }

  List<String> all() {
    return lines;
  }

  /**
   * The number that a line has in the mail.
   *
   * @param line its place here, counted from 1
   */
  int number(int line) {
    return numbers.get(line - 1);
  }

  /** Whether a value has the label of another field in it. */
  static boolean hasField(String value, MailLabels labels) {
    return !labels(value, labels).isEmpty();
  }

  /** Whether a line has the label of a password somewhere. */
  static boolean hasPassword(String line, MailLabels labels) {
    return labels(line, labels).stream().anyMatch(place -> place.column().isPassword());
  }

  /** A label within a line. */
  private record Place(int from, int end, Column column) {}

  private static List<Place> labels(String line, MailLabels labels) {
    List<Place> places = new ArrayList<>();
    if (line.length() > CsvRows.LONGEST_LINE) {
      return places;
    }
    Matcher colons = COLON.matcher(line);
    int from = 0;
    for (int i = 0; i < MOST_COLONS && colons.find(); i++) {
      List<Integer> words =
          WORD.matcher(line)
              .region(from, colons.start())
              .results()
              .map(word -> word.start())
              .toList();
      for (int start : words.subList(Math.max(0, words.size() - LONGEST_LABEL), words.size())) {
        MailLabels.Label label = labels.label(line.substring(start, colons.start())).orElse(null);
        if (label != null) {
          places.add(new Place(start, colons.end(), label.column()));
          from = colons.end();
          break;
        }
      }
    }
    return places;
  }

  private static List<String> parts(String line, MailLabels labels) {
    List<Place> places = line.indexOf('\t') >= 0 ? List.of() : labels(line, labels);
    Set<Column> columns = new HashSet<>();
    boolean areOnce = places.stream().allMatch(place -> columns.add(place.column()));
    if (places.size() < 2 || !areOnce || isLetter(line, places.get(0).from())) {
      return List.of(line);
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      int next = i + 1 < places.size() ? places.get(i + 1).from() : line.length();
      boolean isInBrackets = i > 0 && line.substring(0, place.from()).stripTrailing().endsWith("(");
      String value = line.substring(place.end(), next).stripTrailing();
      if (next < line.length()) {
        String before = withoutSeparator(value);
        if (place.column().isPassword() && isUnusual(value, before)) {
          return List.of(line);
        }
        value = before.stripTrailing();
      }
      if (isInBrackets && value.endsWith(")")) {
        value = value.substring(0, value.length() - 1);
      }
      if (value.isBlank()) {
        return List.of(line);
      }
      parts.add(line.substring(i == 0 ? 0 : place.from(), place.end()) + value);
    }
    return parts;
  }

  private static String withoutSeparator(String value) {
    int last = value.length() - 1;
    return last >= 0 && SEPARATORS.indexOf(value.charAt(last)) >= 0
        ? value.substring(0, last)
        : value;
  }

  /** Whether what separates a value from the next field may just as well be its end: "secret/". */
  private static boolean isUnusual(String value, String before) {
    return before.length() < value.length()
        && UNUSUAL.indexOf(value.charAt(before.length())) >= 0
        && before.equals(before.stripTrailing());
  }

  /** Whether words stand before the first label, so that the line is a sentence. */
  private static boolean isLetter(String line, int before) {
    return line.substring(0, before).chars().anyMatch(Character::isLetter);
  }
}
