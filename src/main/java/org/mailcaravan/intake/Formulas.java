package org.mailcaravan.intake;

import java.util.regex.Pattern;
import org.mailcaravan.model.VisibleText;

/**
 * Protects CSV cells that people open in spreadsheet programs, which run a cell that begins as a
 * formula does (CWE-1236), also after a delimiter that only some languages use.
 */
final class Formulas {
  /** The beginning of a formula, in all its spellings, where a program could see a new cell. */
  private static final Pattern BEGINNING =
      Pattern.compile(
          "((?:^|[,;|\"])[\\s\\p{Z}\"]*+)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212])");

  private Formulas() {}

  /** The cell as text that is only shown. */
  static String defused(String cell) {
    return BEGINNING.matcher(VisibleText.of(cell)).replaceAll("$1'");
  }

  /** Whether it stays the same when it is {@link #defused}. */
  static boolean isHarmless(String cell) {
    return defused(cell).equals(cell);
  }
}
