package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What deserves a look in the rows of a request, by their lines. It keeps no value of a row. */
final class ReadingNotes {
  /** Names of servers that are kept, to be compared with ours. */
  private static final int MOST_SERVERS = 100;

  private final String place;
  private final Lines comments = new Lines();
  private final Lines above = new Lines();
  private String server = "";
  private final Lines foreignLetters = new Lines();
  private final Lines spaces = new Lines();
  private final Map<Column, Map<Mangling, Lines>> doubts = new EnumMap<>(Column.class);
  private final Map<IgnoredColumn, Lines> ignored = new EnumMap<>(IgnoredColumn.class);
  private final Map<String, Lines> targets = new TreeMap<>();

  /**
   * @param place what places of rows are called, such as "line"
   */
  ReadingNotes(String place) {
    this.place = place;
  }

  /** A line was left out because it begins with "#". */
  void comment(int line) {
    comments.add(line);
  }

  /** A line stands above the header. */
  void above(int line) {
    above.add(line);
  }

  /** A line above the rows names the server of those that name none. */
  void shared(String host) {
    server = host;
  }

  /** Looks at a text: whether a spreadsheet program may have changed it, and at its letters. */
  void text(Column column, String value, int line) {
    if (Mangling.DATE_TEXT.concerns(column)) {
      Mangling.of(value).ifPresent(found -> doubtful(column, found, line));
    }
    if (column.isPassword() && value.chars().anyMatch(c -> c >= 0x80)) {
      foreignLetters.add(line);
    }
    if (column.isPassword() && !value.isBlank() && !Texts.trimmed(value).equals(value)) {
      spaces.add(line);
    }
  }

  /** A value that a spreadsheet program may have changed; what it has spoilt is no mere doubt. */
  void doubtful(Column column, Mangling mangling, int line) {
    if (!mangling.concerns(column) || mangling.spoils(column)) {
      return;
    }
    doubts
        .computeIfAbsent(column, any -> new EnumMap<>(Mangling.class))
        .computeIfAbsent(mangling, any -> new Lines())
        .add(line);
  }

  /** A value of a column that is not used. */
  void ignored(IgnoredColumn why, int line, String value) {
    if (value.isEmpty()) {
      return;
    }
    ignored.computeIfAbsent(why, any -> new Lines()).add(line);
    String name = value.toLowerCase(Locale.ROOT);
    if (why == IgnoredColumn.TARGET_SERVER
        && (targets.containsKey(name) || targets.size() < MOST_SERVERS)) {
      targets.computeIfAbsent(name, any -> new Lines()).add(line);
    }
  }

  /**
   * The notes, as sentences.
   *
   * @param isGuessed whether the character set was guessed
   * @param destination the name of our server; empty when it is not known
   */
  List<String> sentences(boolean isGuessed, String destination) {
    List<String> all = new ArrayList<>();
    if (!above.isEmpty()) {
      all.add("Not read, because it stands above the header: " + above.words(place) + ".");
    }
    if (!server.isEmpty()) {
      all.add("Rows that name no server have " + server + ", as a line above them says.");
    }
    if (!comments.isEmpty()) {
      all.add("Left out as comments, because they begin with #: " + comments.words(place) + ".");
    }
    if (isGuessed && !foreignLetters.isEmpty()) {
      all.add(
          "The passwords of "
              + foreignLetters.words(place)
              + " have letters such as \u00e4 or \u00e9, and the file does not say in which character set: if"
              + " they are refused, save the file as \"CSV UTF-8\".");
    }
    if (!spaces.isEmpty()) {
      all.add(
          "Passwords of "
              + spaces.words(place)
              + " begin or end with a space, and are used with it: remove it if it does not belong to the password.");
    }
    doubts.forEach(
        (column, kinds) ->
            kinds.forEach(
                (kind, lines) ->
                    all.add(
                        "Check %s of %s: it %s."
                            .formatted(column.word(), lines.words(place), kind.words()))));
    Map<String, Lines> others = new LinkedHashMap<>(targets);
    others.remove(destination.toLowerCase(Locale.ROOT));
    if (!others.isEmpty()) {
      Lines lines = others.values().iterator().next();
      all.add(
          "Another server than ours is named as the destination, such as on "
              + lines.words(place)
              + ". All mail goes to "
              + (destination.isEmpty() ? "destination.host" : destination)
              + ".");
    }
    for (IgnoredColumn why :
        List.of(IgnoredColumn.DATES, IgnoredColumn.USER_ROOT, IgnoredColumn.OPTIONS)) {
      Lines lines = ignored.get(why);
      if (lines != null) {
        all.add(
            "What the ignored columns say on "
                + lines.words(place)
                + " has no effect: "
                + why.why()
                + ".");
      }
    }
    return all;
  }
}
