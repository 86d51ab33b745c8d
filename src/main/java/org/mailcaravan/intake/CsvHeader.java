package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Spelling;

/**
 * The first row of a CSV file: which column is where.
 *
 * @param columns from left to right; empty where the header is blank
 */
record CsvHeader(List<Optional<Column>> columns) {
  /** More than any list of customers has beside ours, empty ones included. */
  static final int MOST_COLUMNS = 1000;

  private static final String TEMPLATE =
      "Use the header that \"mailcaravan template\" prints: source_email, source_password and"
          + " source_imap_server, then the optional columns.";

  /**
   * Understands a header.
   *
   * @param name the file's name
   * @param line where the header stands
   * @throws RequestRejected when it is none, or has a column too many or too few
   */
  static CsvHeader read(String name, int line, List<String> cells) {
    String place = name + " line " + line;
    if (cells.size() > MOST_COLUMNS) {
      throw RequestText.rejected(
          place, "there are " + cells.size() + " columns, more than " + MOST_COLUMNS, TEMPLATE);
    }
    if (cells.stream().anyMatch(cell -> cell.indexOf('@') >= 0)) {
      // It may well hold a password, so nothing of it is shown.
      throw RequestText.rejected(
          place, "there is no header, the line looks like a mailbox", TEMPLATE);
    }
    if (cells.stream().allMatch(cell -> Column.find(cell).isEmpty())) {
      throw RequestText.rejected(
          place, "no column that is known; it is no CSV file or has no header", TEMPLATE);
    }
    List<Optional<Column>> columns = new ArrayList<>();
    Set<Column> seen = EnumSet.noneOf(Column.class);
    for (String cell : cells) {
      String here = place + " column " + (columns.size() + 1);
      Optional<Column> column = Column.find(cell);
      if (column.isEmpty() && !Texts.trimmed(cell).isEmpty()) {
        throw unknown(here, Texts.trimmed(cell));
      }
      if (column.isPresent() && !seen.add(column.get())) {
        throw RequestText.rejected(
            here,
            "the column " + column.get().word() + " is there twice",
            "Remove one of the two columns.");
      }
      columns.add(column);
    }
    requireAll(place, seen);
    return new CsvHeader(List.copyOf(columns));
  }

  private static RequestRejected unknown(String place, String cell) {
    // Its name is not shown: a first line that is no header may hold a password.
    return RequestText.rejected(
        place,
        Spelling.nearest(cell, Column.words())
            .map(known -> "the column has a name that is not known, did you mean " + known + "?")
            .orElse("the column has a name that is not known"),
        "Correct the name or remove the column; the columns are "
            + String.join(", ", Column.words())
            + ".");
  }

  private static void requireAll(String place, Set<Column> seen) {
    String missing =
        EnumSet.complementOf(EnumSet.copyOf(seen)).stream()
            .filter(Column::isRequired)
            .map(Column::word)
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw RequestText.rejected(
          place,
          "the header lacks " + missing,
          "Add it to the header, and its values to each row.");
    }
  }

  /** The columns that have a name, from left to right. */
  List<Column> named() {
    return columns.stream().flatMap(Optional::stream).toList();
  }
}
