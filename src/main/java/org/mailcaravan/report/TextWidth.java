package org.mailcaravan.report;

import org.mailcaravan.model.VisibleText;

/**
 * How many columns a text takes on a terminal, as far as that can be told without asking it: CJK,
 * kana, hangul and emoji take two, combining marks none. Not exact for every script, and it need
 * not be: a table that is off by one can still be read.
 */
public final class TextWidth {
  private TextWidth() {}

  /** The columns that a text takes. */
  public static int of(String text) {
    return text.codePoints().map(TextWidth::of).sum();
  }

  /** The text with spaces at its end up to a width, or as it is when it is longer. */
  public static String padRight(String text, int width) {
    return text + " ".repeat(Math.max(0, width - of(text)));
  }

  /** The text with spaces before it up to a width, or as it is when it is longer. */
  public static String padLeft(String text, int width) {
    return " ".repeat(Math.max(0, width - of(text))) + text;
  }

  /** The text cut to a width; three dots show that something is missing. */
  public static String fit(String text, int width) {
    if (of(text) <= width) {
      return text;
    }
    String dots = ".".repeat(Math.min(3, Math.max(0, width)));
    StringBuilder kept = new StringBuilder();
    int used = dots.length();
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      used += of(c);
      if (used > width) {
        break;
      }
      kept.appendCodePoint(c);
      i += Character.charCount(c);
    }
    return kept + dots;
  }

  /**
   * The text on one line and harmless: what servers and requests say must not steer the terminal.
   */
  public static String tame(String text) {
    return VisibleText.of(text.replaceAll("[\r\n\t]", " "));
  }

  private static int of(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT
        || type == Character.CONTROL) {
      return 0;
    }
    return isWide(c) ? 2 : 1;
  }

  /** The ranges that are wide throughout in Unicode's EastAsianWidth.txt, and emoji. */
  private static boolean isWide(int c) {
    return (c >= 0x1100 && c <= 0x115F)
        || (c >= 0x2E80 && c <= 0x303E)
        || (c >= 0x3041 && c <= 0xA4CF)
        || (c >= 0xAC00 && c <= 0xD7A3)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0xFE30 && c <= 0xFE6F)
        || (c >= 0xFF00 && c <= 0xFF60)
        || (c >= 0xFFE0 && c <= 0xFFE6)
        || (c >= 0x1F300 && c <= 0x1FAFF)
        || (c >= 0x20000 && c <= 0x3FFFD);
  }
}
