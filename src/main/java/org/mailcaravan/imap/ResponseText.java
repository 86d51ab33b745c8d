package org.mailcaravan.imap;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code resp-text} of a status response (RFC 9051 section 7.1), one char per octet.
 *
 * @param code the name of the response code in upper case, or empty
 * @param arguments what follows the name inside the brackets, or empty
 * @param text what follows the brackets
 */
record ResponseText(String code, String arguments, String text) {
  private static final Pattern OBJECT_ID = Pattern.compile("[A-Za-z0-9_-]{1,255}");

  /**
   * Splits a line. A bracket inside parentheses does not end the code: some servers have keywords
   * with brackets in PERMANENTFLAGS.
   */
  static ResponseText parse(String line) {
    if (!line.startsWith("[")) {
      return new ResponseText("", "", line);
    }
    int end = closingBracket(line);
    if (end < 0) {
      return new ResponseText("", "", line);
    }
    String inside = line.substring(1, end).strip();
    int space = inside.indexOf(' ');
    String name = space < 0 ? inside : inside.substring(0, space);
    return new ResponseText(
        name.toUpperCase(Locale.ROOT),
        space < 0 ? "" : inside.substring(space + 1).strip(),
        line.substring(end + 1).strip());
  }

  private static int closingBracket(String line) {
    int depth = 0;
    for (int i = 1; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (c == ']' && depth <= 0) {
        return i;
      }
    }
    return line.indexOf(']');
  }

  /** The arguments as a number, or -1 when they are not one. */
  long number() {
    return number(arguments);
  }

  /**
   * An id of RFC 8474 section 7, or null when {@code text} is not one: some servers send rubbish.
   */
  static @Nullable String objectId(String text) {
    return !text.equalsIgnoreCase("NIL") && OBJECT_ID.matcher(text).matches() ? text : null;
  }

  /** A number of the protocol, or -1 when {@code digits} is not one. */
  static long number(String digits) {
    if (digits.isEmpty()) {
      return -1;
    }
    for (int at = 0; at < digits.length(); at++) {
      if (digits.charAt(at) < '0' || digits.charAt(at) > '9') {
        return -1;
      }
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException tooLong) {
      return -1;
    }
  }
}
