package org.mailcaravan.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A decoded form of a text. Each character knows which part of the original it was decoded from, so
 * that {@link SecretMask} can hide that part. Immutable from outside.
 */
final class Reading {
  /** Stands for an unknown character that is not an ASCII letter or digit. */
  static final char UNKNOWN = '\uFFFD';

  private static final String BASE64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private static final byte[] BASE64_VALUES = base64Values();

  /** Separates pieces that do not belong together; it is part of no secret. */
  private static final char GAP = '\uFFFF';

  // In the order in which they are tried. An equals sign at a line end is a soft line break.
  private static final Pattern ESCAPE =
      Pattern.compile(
          "%u(?<pu>[0-9A-Fa-f]{4})|[%=](?<oct>[0-9A-Fa-f]{2})|=(?<soft>\\s+)"
              + "|&#[xX]0*(?<xent>[0-9A-Fa-f]{1,6});?|&#0*(?<dent>[0-9]{1,7});?"
              + "|&(?<name>[A-Za-z][A-Za-z0-9]{1,30});"
              + "|\\\\u(?<ju>[0-9A-Fa-f]{4})|\\\\u\\{0*(?<jb>[0-9A-Fa-f]{1,6})}"
              + "|\\\\x(?<jx>[0-9A-Fa-f]{2})|\\\\(?<octal>[0-3][0-7]{2})|\\\\(?<plain>[^\\s])");

  /** The characters that an escape begins with. */
  private static final String MARKS = "%=&\\";

  private static final int LEAST_MEANING = 6;

  private final StringBuilder chars;
  private int[] from;
  private int[] to;

  private Reading(int capacity) {
    chars = new StringBuilder(capacity);
    from = new int[Math.max(1, capacity)];
    to = new int[Math.max(1, capacity)];
  }

  /** The text itself. */
  static Reading of(String text) {
    Reading reading = new Reading(text.length());
    for (int i = 0; i < text.length(); i++) {
      reading.add(text.charAt(i), i, i + 1);
    }
    return reading;
  }

  private void add(char c, int start, int end) {
    if (chars.length() == from.length) {
      from = Arrays.copyOf(from, 2 * from.length);
      to = Arrays.copyOf(to, 2 * to.length);
    }
    from[chars.length()] = start;
    to[chars.length()] = end;
    chars.append(c);
  }

  int length() {
    return chars.length();
  }

  char at(int index) {
    return chars.charAt(index);
  }

  String text() {
    return chars.toString();
  }

  /** Where the original of a character begins. */
  int start(int index) {
    return from[index];
  }

  int end(int index) {
    return to[index];
  }

  /** The text in lower case, without blanks, line ends and invisible characters. */
  Reading squeezed(boolean withoutSignsForBlanks) {
    Reading reading = new Reading(length());
    for (int i = 0; i < chars.length(); i++) {
      char c = chars.charAt(i);
      if (!isBlank(c) && !(withoutSignsForBlanks && (c == '+' || c == '_'))) {
        reading.add(folded(c), from[i], to[i]);
      }
    }
    return reading;
  }

  private static char folded(char c) {
    if (c < 0x80) {
      return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }
    return Character.toLowerCase(Character.toUpperCase(c));
  }

  /** Whether enough of it in a row is ASCII that it may be encoded text, rather than chance. */
  boolean saysSomething() {
    int run = 0;
    for (int i = 0; i < chars.length(); i++) {
      char c = chars.charAt(i);
      run = c > ' ' && c <= '~' ? run + 1 : 0;
      if (run == LEAST_MEANING) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBlank(char c) {
    if (c < 0x7f) {
      return c <= ' ';
    }
    return Character.isWhitespace(c)
        || Character.isISOControl(c)
        || Character.isSpaceChar(c)
        || Character.getType(c) == Character.FORMAT;
  }

  /**
   * Decodes the escapes of URLs, quoted-printable, XML, HTML and JSON; null when there are none.
   */
  @Nullable Reading unescaped() {
    if (!hasMark()) {
      return null;
    }
    Matcher escape = ESCAPE.matcher(chars);
    Reading reading = new Reading(length());
    int done = 0;
    while (escape.find()) {
      copy(done, escape.start(), reading);
      done = escape.end();
      int start = from[escape.start()];
      int end = to[done - 1];
      if (escape.group("soft") == null) {
        int code = code(escape);
        for (char c : Character.isValidCodePoint(code) ? Character.toChars(code) : new char[0]) {
          reading.add(c, start, end);
        }
      }
    }
    if (done == 0) {
      return null;
    }
    copy(done, chars.length(), reading);
    return reading;
  }

  private boolean hasMark() {
    for (int i = 0; i < chars.length(); i++) {
      if (MARKS.indexOf(chars.charAt(i)) >= 0) {
        return true;
      }
    }
    return false;
  }

  private void copy(int first, int last, Reading into) {
    for (int i = first; i < last; i++) {
      into.add(chars.charAt(i), from[i], to[i]);
    }
  }

  private static int code(Matcher escape) {
    for (String hex : List.of("pu", "oct", "xent", "ju", "jb", "jx")) {
      if (escape.group(hex) != null) {
        return Integer.parseInt(escape.group(hex), 16);
      }
    }
    if (escape.group("dent") != null) {
      return Integer.parseInt(escape.group("dent"));
    }
    if (escape.group("octal") != null) {
      return Integer.parseInt(escape.group("octal"), 8);
    }
    if (escape.group("plain") != null) {
      char c = escape.group("plain").charAt(0);
      return "nrtf".indexOf(c) >= 0 ? ' ' : c;
    }
    return switch (escape.group("name")) {
      case "amp" -> '&';
      case "lt" -> '<';
      case "gt" -> '>';
      case "quot" -> '"';
      case "apos" -> '\'';
      case "nbsp" -> ' ';
      default -> UNKNOWN;
    };
  }

  /**
   * Decodes Base64, beginning at each of the first four characters, and hexadecimal digits,
   * beginning at each of the first two.
   */
  List<Reading> decoded() {
    List<Reading> readings = new ArrayList<>();
    for (int skipped = 0; skipped < 4; skipped++) {
      readings.add(base64(skipped));
    }
    for (int skipped = 0; skipped < 2; skipped++) {
      readings.add(hexadecimal(skipped));
    }
    return readings;
  }

  private Reading base64(int skipped) {
    Reading reading = new Reading(length());
    int bits = 0;
    int held = 0;
    int before = 0;
    int left = skipped;
    for (int i = 0; i < chars.length(); i++) {
      int value = base64Value(chars.charAt(i));
      if (value < 0) {
        if (chars.charAt(i) == '=' && reading.endsWithMeaning()) {
          reading.to[reading.length() - 1] = to[i]; // padding
        } else if (!isBlank(chars.charAt(i))) {
          reading.add(GAP, from[i], from[i]);
          held = 0;
          left = skipped;
        }
        continue;
      }
      if (left > 0) {
        left--;
        continue;
      }
      bits = (bits << 6 | value) & 0xffff;
      held += 6;
      if (held >= 8) {
        held -= 8;
        reading.add((char) (bits >> held & 0xff), from[before], to[i]);
      }
      before = i;
    }
    return reading;
  }

  private boolean endsWithMeaning() {
    return length() > 0 && at(length() - 1) != GAP;
  }

  /** The value of a Base64 character, in the alphabets of MIME, URLs and folder names, or -1. */
  private static int base64Value(char c) {
    return c < BASE64_VALUES.length ? BASE64_VALUES[c] : -1;
  }

  private static byte[] base64Values() {
    byte[] values = new byte[128];
    Arrays.fill(values, (byte) -1);
    for (int i = 0; i < BASE64.length(); i++) {
      values[BASE64.charAt(i)] = (byte) i;
    }
    values['-'] = 62;
    values['_'] = 63;
    values[','] = 63;
    return values;
  }

  private static int hexadecimalValue(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int letter = (c | 0x20) - 'a';
    return c < 0x80 && letter >= 0 && letter < 6 ? letter + 10 : -1;
  }

  private Reading hexadecimal(int skipped) {
    Reading reading = new Reading(length());
    int high = -1;
    int before = 0;
    int left = skipped;
    for (int i = 0; i < chars.length(); i++) {
      char c = chars.charAt(i);
      int value = hexadecimalValue(c);
      boolean prefix =
          (c == '0' || c == '\\') && i + 1 < chars.length() && (chars.charAt(i + 1) | 0x20) == 'x';
      if (prefix) {
        i++;
      } else if (value < 0) {
        if (!isBlank(c) && ":-,;".indexOf(c) < 0) {
          reading.add(GAP, from[i], from[i]);
          high = -1;
          left = skipped;
        }
      } else if (left > 0) {
        left--;
      } else if (high < 0) {
        high = value;
        before = i;
      } else {
        reading.add((char) (high << 4 | value), from[before], to[i]);
        high = -1;
      }
    }
    return reading;
  }
}
