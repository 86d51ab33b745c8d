package org.mailcaravan.model;

import java.util.regex.Pattern;

/**
 * Protects CSV cells that people open in spreadsheet programs, which run a cell that begins as a
 * formula does (CWE-1236), also after a delimiter that only some languages use.
 */
public final class Formulas {
  /** The beginning of a formula, in all its spellings, where a program could see a new cell. */
  private static final Pattern BEGINNING =
      Pattern.compile(
          "((?:^|[,;|\"])[\\s\\p{Z}\"]*+)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212])");

  private Formulas() {}

  /** The cell as text that is only shown. */
  public static String defused(String cell) {
    return BEGINNING.matcher(VisibleText.of(cell)).replaceAll("$1'");
  }

  /** Whether it stays the same when it is {@link #defused}. */
  public static boolean isHarmless(String cell) {
    return defused(cell).equals(cell);
  }
}
