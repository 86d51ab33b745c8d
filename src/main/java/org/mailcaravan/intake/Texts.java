package org.mailcaravan.intake;

import java.util.regex.Pattern;

/** Cleans cells that hold no password. */
final class Texts {
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cs}\\u2028\\u2029]");

  private Texts() {}

  /** Without surrounding white space, invisible kinds included. */
  static String trimmed(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isSpace(text.charAt(from))) {
      from++;
    }
    while (from < to && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  /** Ordinary white space, and the kinds that web pages and office files add. */
  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || "\u00a0\u200b\ufeff".indexOf(c) >= 0;
  }

  /** Whether it contains line breaks, other control characters or lone surrogates. */
  static boolean hasControls(String text) {
    return CONTROL.matcher(text).find();
  }
}
