package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;

/**
 * A row as it stands in the file, with passwords in clear: it never leaves this package.
 *
 * @param line where it begins, as in {@link RowProblem#line}
 * @param cells its values, untrimmed; empty when the row cannot be parsed
 * @param problems the problems that parsing it has found
 * @param unsorted values that cannot be assigned to columns
 */
record RawRow(int line, Map<Column, String> cells, List<RowProblem> problems, Unsorted unsorted) {
  private static final int LONGEST_SHOWN = 200;

  /**
   * Values that may stand in the wrong column, kept for whoever repairs the row.
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

  /** A row that cannot be parsed, so that nothing of it may be shown. */
  static RawRow unreadable(int line, String problem, String remedy, Unsorted unsorted) {
    return new RawRow(
        line, Map.of(), List.of(new RowProblem(line, "", "", problem, remedy)), unsorted);
  }

  /** Whether the row cannot be parsed. */
  boolean isUnreadable() {
    return cells.isEmpty() && !problems.isEmpty();
  }

  /** The row with what is said of all rows; what it says itself counts. */
  RawRow with(Map<Column, String> ofAll) {
    if (isUnreadable() || ofAll.values().stream().allMatch(String::isEmpty)) {
      return this;
    }
    Map<Column, String> all = new EnumMap<>(Column.class);
    all.putAll(ofAll);
    cells.forEach(
        (column, text) -> all.merge(column, text, (ours, own) -> own.isBlank() ? ours : own));
    return new RawRow(line, all, problems, unsorted);
  }

  /** The row with its values in the columns that they seem to stand in. */
  RawRow guessed() {
    return isUnreadable() ? new RawRow(line, unsorted.cells(), problems, unsorted) : this;
  }

  /** The value of a column, trimmed; empty when there is none. */
  String text(Column column) {
    return Texts.trimmed(cells.getOrDefault(column, ""));
  }

  /** The value of a password column, untrimmed; empty when there is none. */
  String password(Column column) {
    return cells.getOrDefault(column, "");
  }

  /** What stands in all columns of passwords, as it is, without empty ones. */
  Stream<String> passwords() {
    return Column.of(Column.Kind.PASSWORD)
        .map(this::password)
        .filter(password -> !password.isEmpty());
  }

  /**
   * The value of a column as far as it may be shown. Columns can be swapped, so a value that does
   * not look like one of its column is masked.
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
        || isUnlike(column.kind(), value)
        || (column.takesAnyWords() && ClearCells.mayBeAPassword(this, value))
        || isAlsoAPassword(value)) {
      return Secret.MASK;
    }
    return value.length() <= LONGEST_SHOWN ? value : value.substring(0, LONGEST_SHOWN) + "...";
  }

  private static boolean isUnlike(Column.Kind kind, String value) {
    return switch (kind) {
      case ADDRESS -> value.indexOf('@') < 0;
      case URL -> value.indexOf('@') >= 0;
      case SERVER -> isNothingLikeAHost(value);
      default -> false;
    };
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
    return passwords().anyMatch(value::equals);
  }

  @Override
  public String toString() {
    return "row on line " + line;
  }
}
