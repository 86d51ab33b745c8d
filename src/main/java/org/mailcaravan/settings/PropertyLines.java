package org.mailcaravan.settings;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;

/** Reads the text of a properties file as {@link Properties} does, and keeps the line numbers. */
final class PropertyLines {
  private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

  /**
   * One assignment.
   *
   * @param line where it begins, counted from 1
   */
  record Line(int line, String key, String value) {}

  private PropertyLines() {}

  /**
   * All assignments in order; a key can occur twice.
   *
   * @throws MalformedEscape at the first malformed Unicode escape
   */
  static List<Line> read(String text) {
    List<Line> found = new ArrayList<>();
    String[] natural = LINE_END.split(text, -1);
    int next = 0;
    while (next < natural.length) {
      int first = next++;
      String start = natural[first].stripLeading();
      if (start.isEmpty() || start.startsWith("#") || start.startsWith("!")) {
        continue;
      }
      StringBuilder logical = new StringBuilder(natural[first]);
      while (isContinued(logical) && next < natural.length) {
        logical.append('\n').append(natural[next++]);
      }
      add(logical.toString(), first + 1, found);
    }
    return found;
  }

  private static boolean isContinued(CharSequence line) {
    int backslashes = 0;
    while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  private static void add(String logical, int line, List<Line> found) {
    Properties one = new Properties();
    try {
      one.load(new StringReader(logical));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      throw new MalformedEscape(line);
    }
    for (String key : one.stringPropertyNames()) {
      String value = one.getProperty(key, "");
      // A backslash alone on a line gives an empty key with an empty value.
      if (!key.isEmpty() || !value.isEmpty()) {
        found.add(new Line(line, key, value));
      }
    }
  }

  /** A {@code \\u} without four hexadecimal digits. */
  static final class MalformedEscape extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    MalformedEscape(int line) {
      super("line " + line);
      this.line = line;
    }

    int line() {
      return line;
    }
  }
}
