package org.mailcaravan.intake;

import java.util.List;

/**
 * A file as it was parsed.
 *
 * @param form what the file is
 * @param rows every row that is not blank, in their order, at least one
 */
record RawRequest(Form form, List<RawRow> rows) {
  /** What the file is, so that a copy can be made in the same form. */
  sealed interface Form {}

  /**
   * Comma-separated values.
   *
   * @param delimiter a comma, semicolon or tab
   * @param columns the named columns from left to right
   * @param byteOrderMark whether the file begins with one, as Excel wants it
   */
  record Csv(char delimiter, List<Column> columns, boolean byteOrderMark) implements Form {}

  /** JSON. */
  record Json() implements Form {}

  RawRequest {
    rows = List.copyOf(rows);
  }

  /** Parses the text of a file. */
  static RawRequest parse(RequestText text) {
    return text.isJson() ? JsonRows.read(text) : CsvRows.read(text);
  }
}
