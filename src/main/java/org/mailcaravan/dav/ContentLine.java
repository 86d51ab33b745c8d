package org.mailcaravan.dav;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A content line of iCalendar (RFC 5545, section 3.1).
 *
 * @param number of its first physical line, counted from 1
 * @param end offset in the file behind its last physical line
 * @param text unfolded
 * @param wire as it stood in the file, folds included, lines ended by CRLF; folded again only when
 *     the file had folded it within a character, was not UTF-8 or has control characters in it
 * @param cut whether it is longer than any resource may be, so that text and wire lack its end
 */
record ContentLine(int number, long start, long end, String text, String wire, boolean cut) {
  private static final int FOLD = 75;

  // Dots and underscores, which the standard does not have, stand in what some programs write.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]++\\s*+");

  static ContentLine of(List<PhysicalLines.Line> lines) {
    PhysicalLines.Line first = lines.get(0);
    ByteArrayOutputStream unfolded = new ByteArrayOutputStream();
    StringBuilder wire = new StringBuilder();
    boolean asItStood = true;
    boolean cut = false;
    int skip = 0;
    for (PhysicalLines.Line line : lines) {
      unfolded.write(line.octets(), skip, line.octets().length - skip);
      skip = 1; // the space or tab that a continuation begins with
      Optional<String> valid = ExportText.utf8(line.octets());
      cut |= line.cut();
      asItStood &= valid.filter(text -> !ExportText.hasControls(text)).isPresent();
      valid.ifPresent(text -> wire.append(text).append("\r\n"));
    }
    String text = ExportText.withoutControls(ExportText.decode(unfolded.toByteArray()));
    return new ContentLine(
        first.number(),
        first.start(),
        lines.get(lines.size() - 1).end(),
        text,
        asItStood ? wire.toString() : fold(text),
        cut);
  }

  /** Whether a server can read it: it has a name and a value (RFC 5545, section 3.1). */
  boolean isProperty() {
    Matcher name = NAME.matcher(text);
    return name.lookingAt()
        && name.end() < text.length()
        && ";:".indexOf(text.charAt(name.end())) >= 0
        && colon(text) >= 0;
  }

  /** The name before the first semicolon or colon, in upper case. */
  String name() {
    int end = 0;
    while (end < text.length() && text.charAt(end) != ';' && text.charAt(end) != ':') {
      end++;
    }
    return text.substring(0, end).strip().toUpperCase(Locale.ROOT);
  }

  /** What stands behind the first colon outside of quotes, or an empty text. */
  String value() {
    int colon = colon(text);
    return colon < 0 ? "" : text.substring(colon + 1);
  }

  /** The values of a parameter without quotes; none when the line has none of that name. */
  List<String> parameter(String name) {
    return parameters().stream()
        .filter(parameter -> parameterName(parameter).equalsIgnoreCase(name))
        .map(parameter -> parameter.substring(parameter.indexOf('=') + 1).replace("\"", "").strip())
        .toList();
  }

  /** Without a value, the whole. */
  static String parameterName(String parameter) {
    int equals = parameter.indexOf('=');
    return (equals < 0 ? parameter : parameter.substring(0, equals)).strip();
  }

  /** What stands between name and value, as it is written, cut at semicolons outside of quotes. */
  List<String> parameters() {
    int end = colon(text) < 0 ? text.length() : colon(text);
    List<String> parameters = new ArrayList<>();
    int from = -1; // the name comes first
    boolean quoted = false;
    for (int i = 0; i <= end; i++) {
      if (i < end && text.charAt(i) == '"') {
        quoted = !quoted;
      } else if (i == end || (text.charAt(i) == ';' && !quoted)) {
        if (from >= 0) {
          parameters.add(text.substring(from, i));
        }
        from = i + 1;
      }
    }
    return parameters;
  }

  /** Where the first colon outside of quotes stands, or -1. */
  static int colon(CharSequence text) {
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ':' && !quoted) {
        return i;
      }
    }
    return -1;
  }

  /** Folds to lines of at most 75 octets, never within a character. */
  static String fold(String text) {
    StringBuilder folded = new StringBuilder();
    int octets = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      String character = Character.toString(point);
      int size = character.getBytes(StandardCharsets.UTF_8).length;
      if (octets + size > FOLD) {
        folded.append("\r\n ");
        octets = 1;
      }
      folded.append(character);
      octets += size;
      i += Character.charCount(point);
    }
    return folded.append("\r\n").toString();
  }
}
