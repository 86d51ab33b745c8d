package org.mailcaravan.intake;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.RequestRejected;

/**
 * Reads CSV (RFC 4180) with commas, semicolons or tabs. Where a quotation mark is out of place, the
 * line it stands on is a bad row, and reading goes on with the next line.
 */
final class CsvRows {
  /** With more of them each costing a look at the rest of the file, it is no CSV. */
  private static final int MOST_BROKEN_LINES = 100;

  private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");
  private static final String QUOTES =
      "Put the whole value between quotation marks, and double each quotation mark inside it: \"a\"\"b\".";

  private final RequestText text;
  private final int[] lineStarts;
  private final char delimiter;
  private final CSVFormat format;
  private final List<RawRow> rows = new ArrayList<>();
  private @Nullable CsvHeader header;
  private int brokenLines;

  private CsvRows(RequestText text) {
    this.text = text;
    this.lineStarts =
        IntStream.concat(
                IntStream.of(0), LINE_END.matcher(text.text()).results().mapToInt(end -> end.end()))
            .toArray();
    this.delimiter = delimiter(text.text());
    this.format =
        CSVFormat.DEFAULT.builder().setDelimiter(delimiter).setIgnoreEmptyLines(false).get();
  }

  /**
   * Reads all rows.
   *
   * @throws RequestRejected when the header cannot be used, or there is no row
   */
  static RawRequest read(RequestText text) {
    CsvRows reading = new CsvRows(text);
    int line = 1;
    while (line <= reading.lineStarts.length) {
      line = reading.readFrom(line);
    }
    CsvHeader found = reading.header;
    if (found == null || reading.rows.isEmpty()) {
      throw RequestText.rejected(
          text.name(), "there is no row below the header", "Add a row for each mailbox.");
    }
    return new RawRequest(
        new RawRequest.Csv(reading.delimiter, found.named(), text.byteOrderMark()), reading.rows);
  }

  /** The delimiter that the first line with anything on it has most of; names hold none of them. */
  private static char delimiter(String text) {
    String first = text.strip();
    Matcher end = LINE_END.matcher(first);
    String line = end.find() ? first.substring(0, end.start()) : first;
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

  /** Reads to the end or past a broken line; returns the line to go on with. */
  private int readFrom(int first) {
    StringReader from = new StringReader(text.text());
    try {
      from.skip(lineStarts[first - 1]);
      try (CSVParser parser = CSVParser.parse(from, format)) {
        Iterator<CSVRecord> records = parser.iterator();
        while (true) {
          int line = first + (int) parser.getCurrentLineNumber();
          try {
            if (!records.hasNext()) {
              return lineStarts.length + 1;
            }
            add(line, records.next().toList());
          } catch (UncheckedIOException e) {
            // Its message can hold characters of a password.
            addBroken(line);
            return line + 1;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void addBroken(int line) {
    if (header == null || ++brokenLines > MOST_BROKEN_LINES) {
      throw RequestText.rejected(
          text.name() + " line " + line,
          header == null
              ? "a quotation mark in the header is out of place"
              : "quotation marks are out of place here and on more than "
                  + MOST_BROKEN_LINES
                  + " lines before",
          QUOTES);
    }
    rows.add(
        RawRow.unreadable(
            line, "a quotation mark is out of place or the closing one is missing", QUOTES));
  }

  private void add(int line, List<String> cells) {
    if (cells.stream().allMatch(cell -> Texts.trimmed(cell).isEmpty())) {
      return;
    }
    CsvHeader known = header;
    if (known == null) {
      header = CsvHeader.read(text.name(), line, cells);
    } else {
      rows.add(row(line, cells, known.columns()));
    }
  }

  private RawRow row(int line, List<String> cells, List<Optional<Column>> columns) {
    if (cells.size() != columns.size()) {
      return RawRow.unreadable(
          line,
          "the row has " + cells.size() + " values, the header " + columns.size() + " columns",
          "Put values that hold "
              + (delimiter == '\t' ? "a tab" : "\"" + delimiter + "\"")
              + " between quotation marks, and leave no column out; a value may be empty.");
    }
    Map<Column, String> values = new EnumMap<>(Column.class);
    for (int i = 0; i < cells.size(); i++) {
      Optional<Column> column = columns.get(i);
      if (column.isPresent()) {
        values.put(column.get(), cells.get(i));
      } else if (!Texts.trimmed(cells.get(i)).isEmpty()) {
        return RawRow.unreadable(
            line,
            "there is a value in column " + (i + 1) + ", which has no name in the header",
            "Name the column in the header, or empty it.");
      }
    }
    return new RawRow(line, values, List.of());
  }
}
