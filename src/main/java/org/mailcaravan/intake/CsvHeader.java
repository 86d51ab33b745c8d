package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.Where;

/**
 * The first row of a CSV file: which column is where.
 *
 * @param columns from left to right; empty where the header is blank or names a note
 * @param notes by their places, counted from 0
 */
record CsvHeader(List<Optional<Column>> columns, Map<Integer, Note> notes) {
  /** Columns that a repair list has beside those of a request. */
  enum Note {
    /** The line in the file that was dropped first; ignored. */
    LINE,
    /** Why the row was rejected; ignored. */
    PROBLEM,
    /** Values that belong to no column. A row is accepted only when this is empty. */
    LEFT_OVER;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static Optional<Note> find(String header) {
      return Arrays.stream(values())
          .filter(note -> note.word().equalsIgnoreCase(Texts.trimmed(header)))
          .findFirst();
    }
  }

  /** More than any customer's list has, empty columns included. */
  static final int MOST_COLUMNS = 1000;

  private static final String TEMPLATE =
      "Use the header that \"mailcaravan template\" prints: source_email, source_password,"
          + " source_imap_server, then the optional columns.";

  /**
   * Parses a header.
   *
   * @param name the file's name
   * @param line where the header stands
   * @throws RequestRejected when it is no header, has an unknown column, or lacks a required one
   */
  static CsvHeader read(String name, int line, List<String> cells) {
    Where.InFile place = Where.line(name, line);
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
    Map<Integer, Note> notes = new HashMap<>();
    for (String cell : cells) {
      Where here = place.column(columns.size() + 1);
      Optional<Column> column = Column.find(cell);
      Optional<Note> note = Note.find(cell);
      if (note.isPresent()) {
        notes.put(columns.size(), note.get());
      } else if (column.isEmpty() && !Texts.trimmed(cell).isEmpty()) {
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
    return new CsvHeader(List.copyOf(columns), Map.copyOf(notes));
  }

  private static RequestRejected unknown(Where place, String cell) {
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

  private static void requireAll(Where place, Set<Column> seen) {
    String missing =
        EnumSet.complementOf(EnumSet.copyOf(seen)).stream()
            .filter(Column::isRequired)
            .filter(column -> column != Column.SOURCE_PASSWORD || !canSayOAuth(seen))
            .map(Column::word)
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw RequestText.rejected(
          place,
          "the header lacks " + missing,
          "Add it to the header, and its values to each row.");
    }
  }

  /** Whether rows can do without a password. */
  private static boolean canSayOAuth(Set<Column> seen) {
    return seen.contains(Column.SOURCE_AUTH) || seen.contains(Column.SOURCE_OAUTH_PROFILE);
  }

  /** Whether what stands in a place, counted from 0, belongs to no column. */
  boolean isLeftOver(int place) {
    return notes.get(place) == Note.LEFT_OVER;
  }

  /** The columns that have a name, from left to right. */
  List<Column> named() {
    return columns.stream().flatMap(Optional::stream).toList();
  }
}
