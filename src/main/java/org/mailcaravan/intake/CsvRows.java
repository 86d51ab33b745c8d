package org.mailcaravan.intake;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/**
 * Reads CSV (RFC 4180) with commas, semicolons or tabs, or what a first line such as {@code sep=|}
 * says, as Excel does. Where a quotation mark is out of place, the line it stands on is a bad row,
 * and reading goes on with the next line. Time and memory grow with the size of the file only.
 */
final class CsvRows {
  /** Characters; a name or password has some hundred at most. */
  static final int LONGEST_LINE = 1 << 16;

  /**
   * A value may have line ends at its beginning and end only; a row of more lines has one quotation
   * mark too many.
   */
  static final int MOST_LINES_OF_A_ROW = 10;

  private static final int MOST_LINES = 5 * RequestText.MOST_ROWS;

  /** Lines that are parsed together; only few of them after a misplaced quotation mark. */
  private static final int LARGEST_PIECE = 4096;

  /** How many different values are shared between rows. */
  private static final int MOST_REPEATED = 1000;

  private static final int SMALLEST_PIECE = 2 * MOST_LINES_OF_A_ROW;

  private static final Pattern SEPARATOR =
      Pattern.compile("\"?sep=([^\"\\p{L}\\p{N}])\"?", Pattern.CASE_INSENSITIVE);
  private static final String QUOTES =
      "Put the whole value between quotation marks, and double each quotation mark inside it: \"a\"\"b\".";

  private final RequestText text;
  private final int[] lineStarts;
  private final char delimiter;
  private final CSVFormat format;
  private final List<RawRow> rows = new ArrayList<>();
  private final Map<String, String> repeated = new HashMap<>();
  private @Nullable CsvHeader header;
  private int piece = LARGEST_PIECE;

  private CsvRows(RequestText text, int[] lineStarts, char delimiter) {
    this.text = text;
    this.lineStarts = lineStarts;
    this.delimiter = delimiter;
    this.format =
        CSVFormat.DEFAULT.builder().setDelimiter(delimiter).setIgnoreEmptyLines(false).get();
  }

  /**
   * Reads all rows.
   *
   * @throws RequestRejected when the header cannot be used, there is no row, or there are too many
   */
  static RawRequest read(RequestText text) {
    int[] lineStarts = lineStarts(text);
    int line = 1;
    while (line < lineStarts.length - 1 && line(text, lineStarts, line).isBlank()) {
      line++;
    }
    String first = line(text, lineStarts, line);
    Matcher separator = SEPARATOR.matcher(Texts.trimmed(first));
    boolean isSeparator =
        first.length() < LONGEST_LINE
            && (separator.matches() || first.strip().equalsIgnoreCase("sep="));
    CsvRows reading =
        new CsvRows(
            text,
            lineStarts,
            !isSeparator
                ? delimiter(first)
                : separator.matches() ? separator.group(1).charAt(0) : '\t');
    line += isSeparator ? 1 : 0;
    while (line < lineStarts.length) {
      line = reading.readFrom(line);
    }
    CsvHeader found = reading.header;
    if (found == null || reading.rows.isEmpty()) {
      throw RequestText.rejected(
          Where.file(text.name()),
          "there is no row below the header",
          "Add a row for each mailbox.");
    }
    return new RawRequest(
        new RawRequest.Csv(reading.delimiter, found.named(), text.byteOrderMark()), reading.rows);
  }

  /** Where each line begins, and the end of the text. */
  private static int[] lineStarts(RequestText text) {
    String all = text.text();
    int[] starts = new int[1024];
    int lines = 1;
    for (int i = 0; i < all.length(); i++) {
      char c = all.charAt(i);
      boolean pair = c == '\r' && i + 1 < all.length() && all.charAt(i + 1) == '\n';
      if (c != '\n' && (c != '\r' || pair)) {
        continue;
      }
      if (lines == MOST_LINES) {
        throw RequestText.rejected(
            Where.file(text.name()),
            "it has more than " + MOST_LINES + " lines",
            "Remove the empty lines, or split it into several files, each with the header.");
      }
      if (lines + 1 >= starts.length) {
        starts = Arrays.copyOf(starts, 2 * starts.length);
      }
      starts[lines++] = i + 1;
    }
    starts = Arrays.copyOf(starts, lines + 1);
    starts[lines] = all.length();
    return starts;
  }

  private static String line(RequestText text, int[] lineStarts, int line) {
    return text.text().substring(lineStarts[line - 1], lineStarts[line]);
  }

  private int length(int line) {
    return lineStarts[line] - lineStarts[line - 1];
  }

  /**
   * The delimiter that occurs most often in the first line that is not empty; names of columns
   * contain none.
   */
  private static char delimiter(String line) {
    char best = ',';
    for (char candidate : new char[] {';', '\t'}) {
      if (count(line, candidate) > count(line, best)) {
        best = candidate;
      }
    }
    return best;
  }

  private static long count(String line, char wanted) {
    return line.chars().filter(c -> c == wanted).count();
  }

  /** Reads some lines, or past a bad one; returns the line to go on with. */
  private int readFrom(int first) {
    if (length(first) > LONGEST_LINE) {
      addUnreadable(
          first,
          "the line is longer than " + LONGEST_LINE + " characters",
          "Look for missing line ends; write each mailbox on a line of its own.");
      return first + 1;
    }
    int end = first + 1;
    while (end < lineStarts.length && end < first + piece && length(end) <= LONGEST_LINE) {
      end++;
    }
    boolean isLast = end == lineStarts.length || length(end) > LONGEST_LINE;
    StringReader from =
        new StringReader(text.text().substring(lineStarts[first - 1], lineStarts[end - 1]));
    try (CSVParser parser = CSVParser.parse(from, format)) {
      Iterator<CSVRecord> records = parser.iterator();
      while (true) {
        int line = first + (int) parser.getCurrentLineNumber();
        try {
          if (!records.hasNext()) {
            piece = Math.min(LARGEST_PIECE, 2 * piece);
            return end;
          }
          List<String> cells = records.next().toList();
          if (first + (int) parser.getCurrentLineNumber() - line <= MOST_LINES_OF_A_ROW) {
            add(line, cells);
            continue;
          }
        } catch (UncheckedIOException e) {
          // Its message can hold characters of a password.
          if (!isLast && end - line <= MOST_LINES_OF_A_ROW && line > first) {
            return line; // The row may only be cut off here.
          }
        }
        piece = SMALLEST_PIECE;
        addUnreadable(
            line,
            header == null
                ? "a quotation mark in the header is out of place"
                : "a quotation mark is out of place or the closing one is missing",
            QUOTES);
        return line + 1;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void addUnreadable(int line, String problem, String remedy) {
    if (header == null) {
      throw RequestText.rejected(Where.line(text.name(), line), problem, remedy);
    }
    String whole = line(text, lineStarts, line).replaceFirst("[\\r\\n]+$", "");
    List<String> cells = List.of(whole.split(Pattern.quote(String.valueOf(delimiter)), -1));
    add(RawRow.unreadable(line, problem, remedy, unsorted(cells, header)));
  }

  private void add(RawRow row) {
    if (rows.size() == RequestText.MOST_ROWS) {
      throw text.tooManyRows();
    }
    rows.add(row);
  }

  private void add(int line, List<String> cells) {
    if (cells.stream().allMatch(cell -> Texts.trimmed(cell).isEmpty())) {
      return;
    }
    CsvHeader known = header;
    if (known == null) {
      header = CsvHeader.read(text.name(), line, cells);
    } else {
      add(row(line, cells, known));
    }
  }

  private RawRow row(int line, List<String> cells, CsvHeader known) {
    List<Optional<Column>> columns = known.columns();
    if (cells.size() != columns.size()) {
      return RawRow.unreadable(
          line,
          "the row has " + cells.size() + " values, the header " + columns.size() + " columns",
          "Put values that hold "
              + (delimiter == '\t' ? "a tab" : "\"" + delimiter + "\"")
              + " between quotation marks, and leave no column out; a value may be empty.",
          unsorted(cells, known));
    }
    Map<Column, String> values = new EnumMap<>(Column.class);
    for (int i = 0; i < cells.size(); i++) {
      Optional<Column> column = columns.get(i);
      if (column.isPresent()) {
        values.put(column.get(), column.get().isPassword() ? cells.get(i) : once(cells.get(i)));
      } else if (known.isLeftOver(i) && !Texts.trimmed(cells.get(i)).isEmpty()) {
        return RawRow.unreadable(
            line,
            "something stands in left_over",
            "Put what is needed of it where it belongs, see that the other cells of the row are"
                + " right, then empty the cell.",
            unsorted(cells, known));
      } else if (!known.notes().containsKey(i) && !Texts.trimmed(cells.get(i)).isEmpty()) {
        return RawRow.unreadable(
            line,
            "there is a value in column " + (i + 1) + ", which has no name in the header",
            "Name the column in the header, or empty it.",
            unsorted(cells, known));
      }
    }
    return new RawRow(line, values, List.of(), RawRow.Unsorted.NOTHING);
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
        values,
        cells.size() != known.columns().size(),
        String.join(String.valueOf(delimiter), leftOver));
  }
}
