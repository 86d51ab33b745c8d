package org.mailcaravan.report;

import org.mailcaravan.model.VisibleText;

/**
 * The width of text on a terminal, in columns: CJK, kana, hangul and emoji take two, combining
 * marks none. It is not exact for every script, but a table that is off by one can still be read.
 */
public final class TextWidth {
  private TextWidth() {}

  /** The width of a text in columns. */
  public static int of(String text) {
    return text.codePoints().map(TextWidth::of).sum();
  }

  /** Adds spaces at the end up to a width; a longer text stays as it is. */
  public static String padRight(String text, int width) {
    return text + " ".repeat(Math.max(0, width - of(text)));
  }

  /** Adds spaces at the beginning up to a width; a longer text stays as it is. */
  public static String padLeft(String text, int width) {
    return " ".repeat(Math.max(0, width - of(text))) + text;
  }

  /** Shortens a text to a width; three dots show that something is missing. */
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
   * Puts text of servers and requests on one line and shows control characters as codes, so it
   * cannot control the terminal.
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

  /**
   * Whether a character is in a range that is all wide in Unicode's EastAsianWidth.txt, or an
   * emoji.
   */
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
