package org.mailcaravan.intake;

import java.util.regex.Pattern;

/** What is done to cells that hold no password. */
final class Texts {
  // Beside ordinary white space: what comes along when one copies from web pages and office files.
  private static final Pattern AROUND =
      Pattern.compile("^[\\s\\u00a0\\u200b\\ufeff]+|[\\s\\u00a0\\u200b\\ufeff]+$");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cs}\\u2028\\u2029]");

  private Texts() {}

  /** Without white space around it, the invisible kinds included. */
  static String trimmed(String text) {
    return AROUND.matcher(text).replaceAll("");
  }

  /** Whether there are line breaks, other control characters or halves of characters in it. */
  static boolean hasControls(String text) {
    return CONTROL.matcher(text).find();
  }
}
