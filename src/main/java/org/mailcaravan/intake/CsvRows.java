package org.mailcaravan.intake;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/**
 * Reads CSV (RFC 4180) with commas, semicolons, tabs or "|", or what a first line such as {@code
 * sep=:} says, as Excel does. A line that begins with "#" is a comment, unless passwords stand
 * first. Where a quotation mark is out of place, the line it stands on is a bad row, and reading
 * goes on with the next line. Time and memory grow with the size of the file only.
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

  private static final int SMALLEST_PIECE = 2 * MOST_LINES_OF_A_ROW;

  private static final Pattern SEPARATOR =
      Pattern.compile("\"?sep=([^\"\\p{L}\\p{N}])\"?", Pattern.CASE_INSENSITIVE);
  private static final String QUOTES =
      "Put the whole value between quotation marks, and double each quotation mark inside it: \"a\"\"b\".";

  private final RequestText text;
  private final int[] lineStarts;
  private final char delimiter;
  private final CSVFormat format;
  private final TableRows table;
  private int piece = LARGEST_PIECE;

  private CsvRows(RequestText text, int[] lineStarts, char delimiter) {
    this.text = text;
    this.lineStarts = lineStarts;
    this.delimiter = delimiter;
    this.format = format(delimiter);
    this.table = new TableRows(text.name(), String.valueOf(delimiter), false);
  }

  private static CSVFormat format(char delimiter) {
    return CSVFormat.DEFAULT.builder().setDelimiter(delimiter).setIgnoreEmptyLines(false).get();
  }

  /**
   * Reads all rows.
   *
   * @throws RequestRejected when the header cannot be used, there is no row, or there are too many
   */
  static RawRequest read(RequestText text) {
    int[] lineStarts = lineStarts(text);
    int line = firstLine(text, lineStarts, 1);
    String first = line(text, lineStarts, line);
    Matcher separator = SEPARATOR.matcher(Texts.trimmed(first));
    boolean isSeparator =
        first.length() < LONGEST_LINE
            && (separator.matches() || first.strip().equalsIgnoreCase("sep="));
    int header = isSeparator ? firstLine(text, lineStarts, line + 1) : line;
    CsvRows reading =
        new CsvRows(
            text,
            lineStarts,
            !isSeparator
                ? delimiter(text, lineStarts, line)
                : separator.matches() ? separator.group(1).charAt(0) : '\t');
    for (int comment = 1; comment < header; comment++) {
      if (reading.beginsWithHash(comment)) {
        reading.table.notes().comment(comment);
      }
    }
    while (header < lineStarts.length) {
      header = reading.readFrom(header);
    }
    reading.table.end();
    CsvHeader found = reading.table.header();
    if (found == null || reading.table.rows().isEmpty()) {
      throw RequestText.rejected(
          Where.file(text.name()),
          "there is no row below the header",
          "Add a row for each mailbox.");
    }
    return new RawRequest(
        new RawRequest.Csv(reading.delimiter, reading.table.columns(), text.byteOrderMark()),
        reading.table.rows(),
        new RawRequest.Facts(
            new RequestReading(
                "CSV",
                found.product(),
                List.of(name(reading.delimiter), text.charset().words()),
                found.read(),
                List.of()),
            reading.table.notes(),
            text.charset().isGuessed()));
  }

  /** The first line, from one on, that is neither blank nor a comment; the last one at the most. */
  private static int firstLine(RequestText text, int[] lineStarts, int from) {
    int line = from;
    while (line < lineStarts.length - 1
        && (line(text, lineStarts, line).isBlank()
            || line(text, lineStarts, line).startsWith("#"))) {
      line++;
    }
    return line;
  }

  private static String name(char delimiter) {
    return switch (delimiter) {
      case ',' -> "commas";
      case ';' -> "semicolons";
      case '\t' -> "tabs";
      default -> "\"" + delimiter + "\" between the values";
    };
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
   * The delimiter that occurs most often in the header, since names of columns contain none; that
   * of a list without a header, where the first line has its shape.
   */
  private static char delimiter(RequestText text, int[] lineStarts, int from) {
    int line = from;
    String first = "";
    for (int above = 0; above <= TableRows.MOST_ABOVE && line < lineStarts.length; above++) {
      String each = line(text, lineStarts, line);
      if (CsvHeader.isClear(values(each, mostFrequent(each)))) {
        return mostFrequent(each);
      }
      if (first.isEmpty() && !SharedServer.isOne(List.of(each))) {
        first = each;
      }
      line = firstLine(text, lineStarts, line + 1);
    }
    return delimiter(first);
  }

  private static char mostFrequent(String line) {
    char best = ',';
    for (char candidate : new char[] {';', '\t', '|'}) {
      if (count(line, candidate) > count(line, best)) {
        best = candidate;
      }
    }
    return best;
  }

  private static char delimiter(String line) {
    char best = mostFrequent(line);
    if (!CsvHeader.isNone(values(line, best))) {
      return best;
    }
    List<HeaderlessForm> fitting =
        Arrays.stream(HeaderlessForm.values())
            .filter(form -> form.fit(values(line, form.delimiter())).isPresent())
            .toList();
    return fitting.size() == 1 ? fitting.get(0).delimiter() : best;
  }

  /** The values of a line, at least one; none of them where a quotation mark is out of place. */
  private static List<String> values(String line, char delimiter) {
    if (line.length() > LONGEST_LINE) {
      return List.of("");
    }
    try (CSVParser parser = CSVParser.parse(new StringReader(line), format(delimiter))) {
      Iterator<CSVRecord> records = parser.iterator();
      return records.hasNext() ? records.next().toList() : List.of("");
    } catch (UncheckedIOException e) {
      return List.of("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
          int lines = first + (int) parser.getCurrentLineNumber() - line;
          if (isComment(line)) {
            table.notes().comment(line);
            if (lines > 1) {
              return line + 1; // A quotation mark in a comment.
            }
            continue;
          }
          if (lines <= MOST_LINES_OF_A_ROW) {
            table.add(line, cells);
            continue;
          }
        } catch (UncheckedIOException e) {
          // Its message can hold characters of a password.
          if (!isLast && end - line <= MOST_LINES_OF_A_ROW && line > first) {
            return line; // The row may only be cut off here.
          }
        }
        piece = SMALLEST_PIECE;
        if (isComment(line)) {
          table.notes().comment(line);
          return line + 1;
        }
        addUnreadable(
            line,
            table.header() == null
                ? "a quotation mark in the header is out of place"
                : "a quotation mark is out of place or the closing one is missing",
            QUOTES);
        return line + 1;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean beginsWithHash(int line) {
    return lineStarts[line - 1] < lineStarts[line]
        && text.text().charAt(lineStarts[line - 1]) == '#';
  }

  private boolean isComment(int line) {
    CsvHeader header = table.header();
    return beginsWithHash(line) && (header == null || !header.beginsWithAPassword());
  }

  private void addUnreadable(int line, String problem, String remedy) {
    String whole = line(text, lineStarts, line).replaceFirst("[\\r\\n]+$", "");
    table.addUnreadable(
        line, problem, remedy, List.of(whole.split(Pattern.quote(String.valueOf(delimiter)), -1)));
  }
}
