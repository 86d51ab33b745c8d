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
 * @param end offset in the file after its last physical line
 * @param text unfolded
 * @param wire as in the file, with its folds and with CRLF; folded anew only when the file splits a
 *     character, is not UTF-8 or has control characters
 * @param cut whether it is longer than a resource may be; text and wire then lack its end
 */
record ContentLine(int number, long start, long end, String text, String wire, boolean cut) {
  private static final int FOLD = 75;

  // Some programs use dots and underscores, which the standard does not allow.
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

  /** The text after the first colon outside of quotes, or an empty text. */
  String value() {
    int colon = colon(text);
    return colon < 0 ? "" : text.substring(colon + 1);
  }

  /** The values of a parameter, without quotes; empty when the line does not have it. */
  List<String> parameter(String name) {
    return parameters().stream()
        .filter(parameter -> parameterName(parameter).equalsIgnoreCase(name))
        .map(parameter -> parameter.substring(parameter.indexOf('=') + 1).replace("\"", "").strip())
        .toList();
  }

  /** The name of a parameter; the whole of it when it has no value. */
  static String parameterName(String parameter) {
    int equals = parameter.indexOf('=');
    return (equals < 0 ? parameter : parameter.substring(0, equals)).strip();
  }

  /** The parameters as written, split at semicolons outside of quotes. */
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

  /** The index of the first colon outside of quotes, or -1. */
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

  /** Folds into lines of at most 75 octets, never within a character, and adds the final CRLF. */
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
