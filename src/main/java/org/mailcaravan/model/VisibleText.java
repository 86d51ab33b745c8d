package org.mailcaravan.model;

/**
 * Makes text of strangers (file and folder names, addresses, answers of servers) safe for
 * terminals, logs, JSON, CSV and HTML. Characters that control a terminal, change the text
 * direction (CVE-2021-42574), end a line or are invisible are shown as their code, such as {@code
 * \\u202E}. All others stay as they are.
 */
public final class VisibleText {
  private VisibleText() {}

  /** The text with every such character shown as its code. */
  public static String of(String text) {
    int at = 0;
    while (at < text.length() && isVisible(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
    if (at == text.length()) {
      return text;
    }
    StringBuilder visible = new StringBuilder(text.substring(0, at));
    text.substring(at).codePoints().forEach(c -> append(visible, c));
    return visible.toString();
  }

  /** Whether a character may be shown as it is. */
  public static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> !isIgnored(codePoint);
    };
  }

  /**
   * Default-ignorable characters of Unicode that have other types in Java, such as fillers and
   * variation selectors. Not U+FE0E and U+FE0F, which names with emoji contain.
   */
  private static boolean isIgnored(int c) {
    return c == 0x034f
        || c == 0x115f
        || c == 0x1160
        || c == 0x17b4
        || c == 0x17b5
        || (c >= 0x180b && c <= 0x180f)
        || c == 0x2065
        || c == 0x3164
        || (c >= 0xfe00 && c <= 0xfe0d)
        || c == 0xffa0
        || (c >= 0xfff0 && c <= 0xfff8)
        || (c >= 0xe0000 && c <= 0xe0fff);
  }

  private static void append(StringBuilder visible, int codePoint) {
    if (isVisible(codePoint)) {
      visible.appendCodePoint(codePoint);
    } else if (codePoint <= 0xffff) {
      visible.append("\\u%04X".formatted(codePoint));
    } else {
      visible.append("\\u{%X}".formatted(codePoint));
    }
  }
}
