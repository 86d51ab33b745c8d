package org.mailcaravan.model.rules;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mailcaravan.model.FolderRole;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.VisibleText;

/**
 * Rules as they are written: {@code role=junk; larger=50M, before=2015-01-01 because nobody needs
 * it}. Rules have {@code ;} between them, the conditions of a rule {@code ,}. What stands in double
 * quotes is taken as it is.
 */
public final class RuleText {
  private static final int MOST_RULES = 100;
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*([KMG]?)(I?B)?");
  private static final List<String> SYSTEM_FLAGS =
      List.of("seen", "answered", "flagged", "deleted", "draft");

  private RuleText() {}

  /**
   * Reads rules by which something is left out.
   *
   * @throws IllegalArgumentException when one of them is malformed; the message says which, what is
   *     wrong and what is known
   */
  public static List<LeaveOut> leaveOut(String text) {
    return rules(text, RuleText::oneLeaveOut);
  }

  /**
   * A rule of conditions that are known singly.
   *
   * @param conditions such as {@code larger} and {@code 50M}
   * @param reason empty when none was given
   * @throws IllegalArgumentException as {@link #leaveOut(String)}
   */
  public static LeaveOut leaveOut(Map<String, String> conditions, String reason) {
    String folder = conditions.get("folder");
    String role = conditions.get("role");
    String larger = conditions.get("larger");
    String before = conditions.get("before");
    String flag = conditions.get("flag");
    String header = conditions.get("header");
    return new LeaveOut(
        VisibleText.of(
            conditions.entrySet().stream()
                .map(condition -> condition.getKey() + "=" + condition.getValue())
                .collect(Collectors.joining(", "))),
        folder == null ? null : new FolderPattern(folder),
        role == null ? null : role(role),
        larger == null ? null : size(larger),
        before == null ? null : day(before),
        flag == null ? null : flag(flag),
        header == null ? null : HeaderField.parse(header),
        VisibleText.of(reason.strip()));
  }

  /**
   * Reads rules by which folders go elsewhere: {@code Sent items -> Archive/2020; role=junk ->
   * Spam}.
   *
   * @throws IllegalArgumentException as {@link #leaveOut(String)}
   */
  public static List<MapFolder> map(String text) {
    List<MapFolder> rules = rules(text, RuleText::oneMap);
    for (int i = 1; i < rules.size(); i++) {
      MapFolder rule = rules.get(i);
      for (MapFolder other : rules.subList(0, i)) {
        if (other.isOfTheSame(rule)) {
          throw new IllegalArgumentException(
              "the rules \"%s\" and \"%s\" are of the same folder; keep one"
                  .formatted(other, rule));
        }
      }
    }
    return rules;
  }

  /**
   * A rule whose parts are known singly.
   *
   * @param conditions such as {@code folder} and {@code Sent items}
   * @param to the folder at the new server
   * @throws IllegalArgumentException as {@link #leaveOut(String)}
   */
  public static MapFolder map(Map<String, String> conditions, String to) {
    String folder = conditions.get("folder");
    String role = conditions.get("role");
    String from =
        role == null && folder != null
            ? folder
            : conditions.entrySet().stream()
                .map(condition -> condition.getKey() + "=" + condition.getValue())
                .collect(Collectors.joining(", "));
    return new MapFolder(
        VisibleText.of(from + " " + MapFolder.ARROW + " " + to),
        folder == null ? null : new FolderPattern(folder),
        role == null ? null : role(role),
        new FolderPattern(to));
  }

  private static MapFolder oneMap(String rule) {
    List<String> sides = parts(rule, MapFolder.ARROW);
    if (sides.size() != 2) {
      throw new IllegalArgumentException(
          "it needs exactly one -> between two folders, such as Sent items -> Archive/2020");
    }
    if (parts(sides.get(1) + " ", LeaveOut.BECAUSE).size() > 1) {
      throw new IllegalArgumentException(
          "a rule that sends a folder elsewhere cannot have a reason; if \"because\" belongs to the"
              + " name of the folder, put the name in double quotes");
    }
    String from = sides.get(0).strip();
    Map<String, String> conditions =
        parts(from, "=").size() > 1
            ? conditions(from, MapFolder.CONDITIONS)
            : Map.of("folder", unquoted(from));
    return map(conditions, unquoted(sides.get(1).strip()));
  }

  private static <T> List<T> rules(String text, Reader<T> reader) {
    List<T> rules = new ArrayList<>();
    for (String rule : parts(text, ";")) {
      if (!rule.isBlank()) {
        rules.add(told(rule, reader));
      }
    }
    if (rules.size() > MOST_RULES) {
      throw new IllegalArgumentException("there are more than " + MOST_RULES + " rules");
    }
    return List.copyOf(rules);
  }

  private interface Reader<T> {
    T read(String rule);
  }

  private static <T> T told(String rule, Reader<T> reader) {
    try {
      return reader.read(rule);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the rule \"" + VisibleText.of(rule.strip()) + "\": " + e.getMessage(), e);
    }
  }

  private static LeaveOut oneLeaveOut(String rule) {
    List<String> because = parts(rule + " ", LeaveOut.BECAUSE);
    String reason =
        because.stream().skip(1).map(String::strip).collect(Collectors.joining(LeaveOut.BECAUSE));
    return leaveOut(conditions(because.get(0), LeaveOut.CONDITIONS), unquoted(reason));
  }

  private static Map<String, String> conditions(String text, List<String> known) {
    Map<String, String> conditions = new LinkedHashMap<>();
    for (String condition : parts(text, ",")) {
      int equals = condition.indexOf('=');
      String field = condition.substring(0, Math.max(0, equals)).strip();
      if (equals < 0) {
        throw new IllegalArgumentException(
            "\""
                + VisibleText.of(condition.strip())
                + "\" is not a condition; write FIELD=VALUE, the fields are "
                + String.join(", ", known));
      }
      if (!known.contains(field)) {
        throw new IllegalArgumentException(unknown("field", field, known));
      }
      String value = unquoted(condition.substring(equals + 1).strip());
      if (value.isEmpty()) {
        throw new IllegalArgumentException("the field " + field + " has no value");
      }
      if (conditions.put(field, value) != null) {
        throw new IllegalArgumentException(
            "the field " + field + " stands twice; write two rules with ; between them");
      }
    }
    return conditions;
  }

  /** Parts of a text, without those separators that stand in quotes. */
  private static List<String> parts(String text, String separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '"') {
        quoted = !quoted;
      } else if (!quoted && text.startsWith(separator, i)) {
        parts.add(text.substring(from, i));
        from = i + separator.length();
        i = from - 1;
      }
    }
    if (quoted) {
      throw new IllegalArgumentException(
          "a quotation mark (\") is not closed in: " + VisibleText.of(text.strip()));
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static String unquoted(String text) {
    return text.replace("\"", "");
  }

  static FolderRole role(String word) {
    for (FolderRole role : FolderRole.values()) {
      if (role.name().equalsIgnoreCase(word)) {
        return role;
      }
    }
    List<String> known =
        Arrays.stream(FolderRole.values())
            .map(role -> role.name().toLowerCase(Locale.ROOT))
            .toList();
    throw new IllegalArgumentException(unknown("role", word, known));
  }

  private static String unknown(String what, String word, List<String> known) {
    Optional<String> nearest = Spelling.nearest(word, known);
    return "there is no %s \"%s\"; there are %s%s"
        .formatted(
            what,
            VisibleText.of(word),
            String.join(", ", known),
            nearest.map(name -> "; the nearest is " + name).orElse(""));
  }

  private static long size(String text) {
    Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\""
              + VisibleText.of(text)
              + "\" is not a size; write larger=50M (K, M or G, or a number of octets)");
    }
    int shift = 10 * ("KMG".indexOf(matcher.group(2)) + 1);
    long number = Long.parseLong(matcher.group(1));
    if (number == 0) {
      throw new IllegalArgumentException("larger=0 would leave out every message");
    }
    return matcher.group(2).isEmpty() ? number : number << shift;
  }

  private static LocalDate day(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "\"" + VisibleText.of(text) + "\" is not a date; write before=2015-01-31", e);
    }
  }

  /** A properties file loses backslashes, so that those of IMAP's own flags may be left out. */
  private static String flag(String text) {
    if (!text.matches("\\\\?[^\\s\\\\(){%*\"\\]]{1,100}")) {
      throw new IllegalArgumentException(
          "\"" + VisibleText.of(text) + "\" is not a flag; write flag=Deleted or flag=$Junk");
    }
    return SYSTEM_FLAGS.contains(text.toLowerCase(Locale.ROOT)) ? "\\" + text : text;
  }
}
