package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.VisibleText;

/**
 * A table in the text of a mail: a line of labels, with a mailbox on each line below it. Columns of
 * other things are left out.
 */
final class MailTable {
  private static final String TAB = "\t";

  /** Columns of plain text. */
  private static final String BLANKS = "  ";

  /** A cell as lists (.csv) have it when there is a separator in it. */
  private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"]|\"\")*+\"");

  /** Below the labels; one of these lines has to have an address. */
  private static final int FIRST_LINES = 3;

  private final String separator;
  private final List<Optional<MailLabels.Label>> columns;
  private final int address;

  private MailTable(String separator, List<Optional<MailLabels.Label>> columns) {
    this.separator = separator;
    this.columns = columns;
    this.address = place(Column.SOURCE_EMAIL);
  }

  /** A line of labels with addresses below it; null for any other line. */
  static @Nullable MailTable at(int index, List<String> lines, MailLabels labels) {
    String head = Texts.trimmed(lines.get(index));
    Optional<String> separator =
        Stream.of(TAB, ";", "|", BLANKS, ",").filter(head::contains).findFirst();
    if (separator.isEmpty() || head.length() > CsvRows.LONGEST_LINE) {
      return null;
    }
    List<Optional<MailLabels.Label>> columns =
        split(head, separator.get()).stream().map(labels::label).toList();
    MailTable table = new MailTable(separator.get(), columns);
    return table.isOne() && table.isAbove(index, lines) ? table : null;
  }

  private boolean isOne() {
    long known = columns.stream().flatMap(Optional::stream).count();
    // A sentence has commas, too.
    boolean isSentence = separator.equals(",") && known < columns.size();
    return address >= 0 && known > 1 && !isSentence;
  }

  /** Whether sentences have its separator, too. */
  private boolean isOfText() {
    return separator.equals(",") || separator.equals(BLANKS);
  }

  private boolean isAbove(int index, List<String> lines) {
    return lines.subList(index + 1, Math.min(lines.size(), index + 1 + FIRST_LINES)).stream()
        .filter(line -> line.length() <= CsvRows.LONGEST_LINE)
        .anyMatch(line -> isRow(line) && hasAddress(cells(line)));
  }

  private int place(Column column) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).filter(label -> label.column() == column).isPresent()) {
        return i;
      }
    }
    return -1;
  }

  /** Whether two of its columns have the same meaning. */
  boolean isAmbiguous() {
    List<Column> known =
        columns.stream().flatMap(Optional::stream).map(MailLabels.Label::column).toList();
    return known.stream().distinct().count() < known.size();
  }

  /**
   * The columns that are not read and may have the passwords: each where no other has them.
   *
   * @param head the line of its labels
   */
  List<String> unread(String head, MailLabels labels) {
    List<String> names = split(head, separator);
    boolean hasPasswords = place(Column.SOURCE_PASSWORD) >= 0;
    return IntStream.range(0, names.size())
        .filter(i -> columns.get(i).isEmpty() && !names.get(i).isEmpty())
        .mapToObj(names::get)
        .filter(name -> !hasPasswords || labels.namesPassword(name))
        .map(VisibleText::of)
        .toList();
  }

  /** Whether a line has as many values as the table has columns. */
  boolean isRow(String line) {
    if (line.length() > CsvRows.LONGEST_LINE) {
      return false;
    }
    List<String> cells = cells(line);
    // Sentences have commas, too.
    return cells.size() == columns.size()
        && (!isOfText() || cells.get(address).isEmpty() || hasAddress(cells));
  }

  /** Whether a line seems to belong to the table, and to name a mailbox. */
  boolean mayBeRow(String line) {
    return line.length() <= CsvRows.LONGEST_LINE
        && line.contains(separator)
        && MailValues.ADDRESS.matcher(line).find();
  }

  /** The values of a line; empty cells at its end may be missing in HTML, or be one too many. */
  private List<String> cells(String line) {
    List<String> cells = new ArrayList<>(split(line, separator));
    while (cells.size() > columns.size() && cells.get(cells.size() - 1).isEmpty()) {
      cells.remove(cells.size() - 1);
    }
    boolean isCut = separator.equals(TAB) && line.contains(TAB);
    while (isCut && cells.size() < columns.size()) {
      cells.add("");
    }
    return cells;
  }

  private static String pattern(String separator) {
    return separator.equals(BLANKS) ? " {2,}" : Pattern.quote(separator);
  }

  private static List<String> split(String line, String separator) {
    List<String> cells = new ArrayList<>();
    StringBuilder open = new StringBuilder();
    for (String part : line.split(pattern(separator), -1)) {
      String cell = Texts.trimmed(open.isEmpty() ? part : open + separator + part);
      open.setLength(0);
      if (cell.startsWith("\"") && !QUOTED.matcher(cell).matches()) {
        open.append(cell);
      } else {
        cells.add(unquoted(cell));
      }
    }
    if (!open.isEmpty()) {
      // It only begins with a quotation mark.
      return Arrays.stream(line.split(pattern(separator), -1)).map(Texts::trimmed).toList();
    }
    return cells;
  }

  private static String unquoted(String cell) {
    return QUOTED.matcher(cell).matches()
        ? cell.substring(1, cell.length() - 1).replace("\"\"", "\"")
        : cell;
  }

  private boolean hasAddress(List<String> cells) {
    return address < cells.size() && cells.get(address).indexOf('@') > 0;
  }

  /** What a row says; empty where it names no mailbox and has no password. */
  MailEntry entry(int index, String line, MailFields fields) {
    MailEntry entry = new MailEntry(true);
    List<String> cells = cells(line);
    for (int i = 0; i < cells.size(); i++) {
      MailLabels.Label label = columns.get(i).orElse(null);
      if (label != null) {
        entry.add(fields.ofCell(index, label, cells.get(i)));
      }
    }
    return entry.isNamed() || entry.hasPassword() ? entry : new MailEntry(true);
  }
}
