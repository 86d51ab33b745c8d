package org.mailcaravan.intake;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a spreadsheet program makes of a value that somebody has typed or pasted. A mangled password
 * is never tried at a server: too many wrong ones lock an account. Where the value may be right
 * after all, the row is taken, and the reading of the request points it out.
 */
enum Mangling {
  SCIENTIFIC(
      "is a number in the short form of spreadsheet programs (1.23E+05), which has lost digits"),
  ROUNDED("is a number that the spreadsheet program has rounded, or a fraction"),
  ZEROS("is a number that is shown with zeros at its front, which the cell does not hold"),
  DATE("is a date to the spreadsheet program, which does not keep what was typed"),
  TRUTH("is TRUE or FALSE to the spreadsheet program, which does not keep how it was typed"),
  HASHES("is what a spreadsheet program shows where a column is too narrow"),
  ERROR("is an error of the spreadsheet program, such as #NAME?"),
  FORMULA("is a formula"),
  NO_RESULT("is a formula without a result, which the spreadsheet program has to calculate"),
  QUOTED_FORMULA("is the formula of a spreadsheet program around a text (=\"...\")"),

  NUMBER_CELL("is a number to the spreadsheet program, which drops zeros at the front"),
  LONG_NUMBER("ends in zeros after 15 digits, as spreadsheet programs round numbers"),
  DATE_TEXT("looks like a date, which spreadsheet programs make of other values");

  private static final Pattern SHORT_FORM = Pattern.compile("[+-]?\\d([.,]\\d+)?E[+-]?\\d{2,3}");
  private static final Pattern ONLY_HASHES = Pattern.compile("#{3,}");
  private static final Pattern ERRORS =
      Pattern.compile(
          "#(NAME\\?|REF!|VALUE!|DIV/0!|N/A|NULL!|NUM!|SPILL!|CALC!|WERT!|BEZUG!|NV|ZAHL!"
              + "|\u00dcBERLAUF!|NOM\\s?\\?|VALEUR!)");
  private static final Pattern QUOTED = Pattern.compile("=\"[^\"]*\"");
  private static final Pattern LONG = Pattern.compile("[1-9]\\d{14,16}0+");
  private static final String MONTH =
      "(?:Jan|Feb|M[a\u00e4]r|Mrz|Apr|Ma[iy]|Jun|Jul|Aug|Sep|O[ck]t|Nov|De[cz])";
  private static final Pattern DATES =
      Pattern.compile(
          "\\d{1,2}([./-])\\d{1,2}\\1(\\d{4}|\\d{2})|\\d{4}-\\d{2}-\\d{2}( 00:00:00)?|\\d{1,2}[.-]? ?"
              + MONTH
              + "|"
              + MONTH
              + "[.-]? ?\\d{2}");

  private static final int LONGEST = 40;

  static final String REMEDY =
      "Format the column as text in the spreadsheet program, then type the value again.";

  private final String words;

  Mangling(String words) {
    this.words = words;
  }

  /** What is wrong, as it follows the name of a column. */
  String words() {
    return words;
  }

  /** What a text shows of it; empty for most texts. */
  static Optional<Mangling> of(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    if (SHORT_FORM.matcher(text).matches()) {
      return Optional.of(SCIENTIFIC);
    }
    if (ONLY_HASHES.matcher(text).matches()) {
      return Optional.of(HASHES);
    }
    if (ERRORS.matcher(text).matches()) {
      return Optional.of(ERROR);
    }
    if (QUOTED.matcher(text).matches()) {
      return Optional.of(QUOTED_FORMULA);
    }
    if (LONG.matcher(text).matches()) {
      return Optional.of(LONG_NUMBER);
    }
    return DATES.matcher(text).matches() ? Optional.of(DATE_TEXT) : Optional.empty();
  }

  /** Whether it matters in a column; the form of addresses, servers and ports is checked anyway. */
  boolean concerns(Column column) {
    return switch (this) {
      case NUMBER_CELL,
          LONG_NUMBER,
          DATE_TEXT,
          ROUNDED,
          ZEROS,
          TRUTH,
          SCIENTIFIC,
          HASHES,
          QUOTED_FORMULA ->
          column.isPassword() || column.kind() == Column.Kind.USERNAME;
      case DATE, ERROR, FORMULA, NO_RESULT -> true;
    };
  }

  /** Whether the value is another one than was meant, so that it must not be tried. */
  boolean spoils(Column column) {
    return switch (this) {
      case NUMBER_CELL, LONG_NUMBER, DATE_TEXT -> false;
      case FORMULA -> column.isPassword();
      default -> concerns(column);
    };
  }
}
