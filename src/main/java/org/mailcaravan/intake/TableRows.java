package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Where;

/**
 * Gathers the rows of a table, wherever it comes from: the header names the columns, below some
 * rows with titles at most, or the first row has the shape of a list without a header. Below it
 * each row is put into its columns.
 */
final class TableRows {
  /** Rows that may stand above the header, such as a title. */
  static final int MOST_ABOVE = 20;

  /** How many different values are shared between rows. */
  private static final int MOST_REPEATED = 1000;

  private final String name;
  private final String between;
  private final List<RawRow> rows = new ArrayList<>();
  private final Map<String, String> repeated = new HashMap<>();
  private final ReadingNotes notes = new ReadingNotes("line");
  private final SharedServer shared = new SharedServer();
  private final boolean padded;

  /** Rows above the header, or the header itself and rows, as long as that is not known. */
  private final List<Unplaced> unplaced = new ArrayList<>();

  private @Nullable CsvHeader header;

  /** A row before the header is known. */
  private record Unplaced(int line, List<String> cells, Map<Integer, Mangling> mangled) {}

  /**
   * @param name the file's name
   * @param between what separates values, as it stands in what is left over of a row
   * @param padded whether empty cells at the end of a row may be left out
   */
  TableRows(String name, String between, boolean padded) {
    this.name = name;
    this.between = between;
    this.padded = padded;
  }

  /** The header; null before it is known. */
  @Nullable CsvHeader header() {
    return header;
  }

  /** The columns from left to right that rows have values of. */
  List<Column> columns() {
    List<Column> columns = new ArrayList<>(header == null ? List.of() : header.named());
    Set<Column> filled = new LinkedHashSet<>(shared.columns());
    if (header != null && header.login()) {
      filled.add(Column.SOURCE_USERNAME); // What LoginNames makes of an address that is none.
    }
    filled.removeAll(columns);
    columns.addAll(filled);
    return columns;
  }

  List<RawRow> rows() {
    return rows;
  }

  ReadingNotes notes() {
    return notes;
  }

  /** Adds what stands on a line. */
  void add(int line, List<String> cells) {
    add(line, cells, Map.of());
  }

  /**
   * Adds a row of a spreadsheet.
   *
   * @param mangled what the spreadsheet program has made of values, by their places
   */
  void add(int line, List<String> cells, Map<Integer, Mangling> mangled) {
    if (mangled.isEmpty() && cells.stream().allMatch(cell -> Texts.trimmed(cell).isEmpty())) {
      return;
    }
    CsvHeader known = header;
    if (known == null) {
      addBeforeHeader(new Unplaced(line, cells, mangled));
    } else {
      place(new Unplaced(line, cells, mangled), known);
    }
  }

  /**
   * Tells that no row comes any more. Without a header that is certain, the first row is it.
   *
   * @throws RequestRejected when that is none
   */
  void end() {
    if (header != null || unplaced.isEmpty()) {
      return;
    }
    Unplaced first = unplaced.remove(0);
    CsvHeader known = CsvHeader.read(name, first.line(), first.cells());
    header = known;
    unplaced.forEach(row -> place(row, known));
    unplaced.clear();
  }

  private void addBeforeHeader(Unplaced row) {
    if (CsvHeader.isClear(row.cells())) {
      unplaced.forEach(above -> notes.above(above.line()));
      unplaced.clear();
      header = CsvHeader.read(name, row.line(), row.cells());
      return;
    }
    if (shared.take(Where.line(name, row.line()), row.cells())) {
      shared.host().ifPresent(notes::shared);
      return;
    }
    Optional<HeaderlessForm> shape =
        unplaced.isEmpty() && CsvHeader.isNone(row.cells())
            ? HeaderlessForm.of(row.cells())
            : Optional.empty();
    if (shape.isPresent()) {
      CsvHeader known = CsvHeader.of(shape.get());
      header = known;
      place(row, known);
      return;
    }
    unplaced.add(row);
    if (unplaced.size() > MOST_ABOVE || isMailbox(row.cells())) {
      end();
    }
  }

  /** No title has an address in one cell and more in others. */
  private static boolean isMailbox(List<String> cells) {
    List<String> filled =
        cells.stream().map(Texts::trimmed).filter(cell -> !cell.isEmpty()).toList();
    return filled.size() > 1 && filled.stream().anyMatch(RowCheck::isAddress);
  }

  private void place(Unplaced at, CsvHeader known) {
    int line = at.line();
    HeaderlessForm shape = known.shape();
    if (shape == null) {
      List<String> cells = new ArrayList<>(at.cells());
      while (padded && cells.size() < known.columns().size()) {
        cells.add("");
      }
      add(row(line, cells, at.mangled(), known));
      return;
    }
    Optional<List<String>> fitting = shape.fit(at.cells());
    add(
        fitting.isPresent()
            ? row(line, fitting.get(), at.mangled(), known)
            : RawRow.unreadable(
                line,
                "the row does not look like one of " + shape.product() + ", as the first one does",
                "Write it as " + shape.shape() + ", or use the header of the template.",
                new RawRow.Unsorted(Map.of(), true, String.join(between, at.cells()))));
  }

  /** Adds a line that cannot be read. */
  void addUnreadable(int line, String problem, String remedy, List<String> cells) {
    CsvHeader known = header;
    if (known == null) {
      throw RequestText.rejected(Where.line(name, line), problem, remedy);
    }
    add(RawRow.unreadable(line, problem, remedy, unsorted(cells, known)));
  }

  private void add(RawRow row) {
    if (rows.size() == RequestText.MOST_ROWS) {
      throw RequestText.tooManyRows(name);
    }
    rows.add(row);
  }

  private RawRow row(
      int line, List<String> cells, Map<Integer, Mangling> mangled, CsvHeader known) {
    List<Optional<Column>> columns = known.columns();
    if (cells.size() != columns.size()) {
      return RawRow.unreadable(
          line,
          "the row has " + cells.size() + " values, the header " + columns.size() + " columns",
          "Put values that hold "
              + (between.equals("\t") ? "a tab" : "\"" + between + "\"")
              + " between quotation marks, and leave no column out; a value may be empty.",
          unsorted(cells, known));
    }
    Map<Column, String> values = new EnumMap<>(Column.class);
    Map<Column, Mangling> spoilt = new TreeMap<>();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      boolean isBlank = Texts.trimmed(cell).isEmpty();
      IgnoredColumn unused = known.ignored().get(i);
      Optional<Column> column = columns.get(i);
      if (column.isPresent()) {
        values.put(column.get(), column.get().isPassword() ? cell : once(cell));
        Mangling found = mangled.get(i);
        if (found == null) {
          notes.text(column.get(), cell, line);
        } else if (found.spoils(column.get())) {
          spoilt.put(column.get(), found);
        } else {
          notes.doubtful(column.get(), found, line);
        }
      } else if (unused == IgnoredColumn.UNKNOWN && mayCount(Texts.trimmed(cell), known)) {
        return RawRow.unreadable(
            line,
            "there is an address or a server in column " + (i + 1) + ", whose name is not known",
            "Call the column destination_email or source_imap_server if that is what it holds; otherwise"
                + " remove it.",
            unsorted(cells, known));
      } else if (unused != null) {
        notes.ignored(unused, line, Texts.trimmed(cell));
      } else if (known.isLeftOver(i) && !isBlank) {
        return RawRow.unreadable(
            line,
            "something stands in left_over",
            "Put what is needed of it where it belongs, see that the other cells of the row are"
                + " right, then empty the cell.",
            unsorted(cells, known));
      } else if (!known.notes().containsKey(i) && !isBlank) {
        return RawRow.unreadable(
            line,
            "there is a value in column " + (i + 1) + ", which has no name in the header",
            "Name the column in the header, or empty it.",
            unsorted(cells, known));
      }
    }
    // What the program has made of it is of no use to anybody who repairs the row.
    spoilt.keySet().forEach(column -> values.put(column, ""));
    shared.fill(values);
    if (known.login()) {
      LoginNames.settle(values, known.product());
    }
    return new RawRow(line, values, problems(line, spoilt), RawRow.Unsorted.NOTHING);
  }

  /** Whether what stands below an unknown name would say where mail comes from or goes to. */
  private boolean mayCount(String value, CsvHeader known) {
    List<Column> named = known.named();
    return (RowCheck.isAddress(value) && !named.contains(Column.DESTINATION_EMAIL))
        || (RowCheck.isNamedAsMailServer(value)
            && !named.contains(Column.SOURCE_IMAP_SERVER)
            && shared.host().isEmpty());
  }

  private static List<RowProblem> problems(int line, Map<Column, Mangling> spoilt) {
    List<RowProblem> problems = new ArrayList<>();
    spoilt.forEach(
        (column, found) ->
            problems.add(
                new RowProblem(
                    line,
                    column.word(),
                    column.isPassword() ? Secret.MASK : "",
                    found.words(),
                    Mangling.REMEDY)));
    return problems;
  }

  /** Most rows have the same server; its name is kept once. */
  private String once(String cell) {
    String before = repeated.get(cell);
    if (before == null && repeated.size() < MOST_REPEATED) {
      repeated.put(cell, cell);
    }
    return before == null ? cell : before;
  }

  /** The values as they stand below the header, and what has no column there. */
  private RawRow.Unsorted unsorted(List<String> cells, CsvHeader known) {
    Map<Column, String> values = new EnumMap<>(Column.class);
    List<String> leftOver = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      Optional<Column> column =
          i < known.columns().size() ? known.columns().get(i) : Optional.empty();
      if (column.isPresent()) {
        values.put(column.get(), cells.get(i));
      } else if (!cells.get(i).isEmpty()
          && (!known.notes().containsKey(i) || known.isLeftOver(i))) {
        leftOver.add(cells.get(i));
      }
    }
    return new RawRow.Unsorted(
        values, cells.size() != known.columns().size(), String.join(between, leftOver));
  }
}
