package org.mailcaravan.intake;

import java.util.regex.Pattern;
import org.mailcaravan.model.VisibleText;

/**
 * Cells of CSV that people open in spreadsheet programs, which take some beginnings for a formula
 * and run it (CWE-1236), also behind a delimiter that only their language uses.
 */
final class Formulas {
  /** A beginning, however it is spelled, where some program could see a new cell. */
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
