package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;

/**
 * A row as it stands in the file, passwords in clear: it never leaves this package.
 *
 * @param line where it begins, as in {@link RowProblem#line}
 * @param cells what stands in it, untrimmed; empty when nobody can say what belongs where
 * @param problems what already reading it has shown to be wrong
 * @param unsorted what else the customer sent with it
 */
record RawRow(int line, Map<Column, String> cells, List<RowProblem> problems, Unsorted unsorted) {
  private static final int LONGEST_SHOWN = 200;

  /**
   * What may not belong where it stands; it is kept for whoever repairs the row.
   *
   * @param cells the values of a row that cannot be read, in the columns that they seem to stand in
   * @param shifted whether the row has more or fewer values than there are columns
   * @param leftOver what belongs to no column; empty when there is nothing
   */
  record Unsorted(Map<Column, String> cells, boolean shifted, String leftOver) {
    static final Unsorted NOTHING = new Unsorted(Map.of(), false, "");

    Unsorted {
      cells = Map.copyOf(cells);
    }
  }

  RawRow {
    Map<Column, String> copy = new EnumMap<>(Column.class);
    copy.putAll(cells);
    cells = copy;
    problems = new ArrayList<>(problems);
  }

  /** A row of which nobody can say what belongs where, so that nothing of it may be shown. */
  static RawRow unreadable(int line, String problem, String remedy, Unsorted unsorted) {
    return new RawRow(
        line, Map.of(), List.of(new RowProblem(line, "", "", problem, remedy)), unsorted);
  }

  /** Whether nobody can say what belongs where. */
  boolean isUnreadable() {
    return cells.isEmpty() && !problems.isEmpty();
  }

  /** The row as it seems to be meant. */
  RawRow guessed() {
    return isUnreadable() ? new RawRow(line, unsorted.cells(), problems, unsorted) : this;
  }

  /** What stands in a column without white space around it; empty when there is nothing. */
  String text(Column column) {
    return Texts.trimmed(cells.getOrDefault(column, ""));
  }

  /** What stands in a column of passwords, as it is; empty when there is nothing. */
  String password(Column column) {
    return cells.getOrDefault(column, "");
  }

  /**
   * What may be shown of a column. Rows can have their columns confused, so a value is masked also
   * where it looks as if it were not what the column is for.
   */
  String shown(Column column) {
    String value = text(column);
    if (column.isPassword()) {
      return password(column).isEmpty() ? "" : Secret.MASK;
    }
    if (value.isEmpty()) {
      return "";
    }
    if (Texts.hasControls(value)
        || (column.isAddress() && value.indexOf('@') < 0)
        || (column == Column.SOURCE_DAV_URL && value.indexOf('@') >= 0)
        || (column == Column.SOURCE_IMAP_SERVER && isNothingLikeAHost(value))
        || (column == Column.SOURCE_USERNAME && ClearCells.mayBeAPassword(this, value))
        || isAlsoAPassword(value)) {
      return Secret.MASK;
    }
    return value.length() <= LONGEST_SHOWN ? value : value.substring(0, LONGEST_SHOWN) + "...";
  }

  private static boolean isNothingLikeAHost(String value) {
    if (value.indexOf('.') >= 0 || value.indexOf(':') >= 0) {
      return false;
    }
    try {
      HostNames.normal(value);
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private boolean isAlsoAPassword(String value) {
    return value.equals(password(Column.SOURCE_PASSWORD))
        || value.equals(password(Column.DESTINATION_PASSWORD));
  }

  @Override
  public String toString() {
    return "row on line " + line;
  }
}
