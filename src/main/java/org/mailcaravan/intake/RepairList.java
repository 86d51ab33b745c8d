package org.mailcaravan.intake;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.QuoteMode;
import org.mailcaravan.model.Formulas;
import org.mailcaravan.model.RowProblem;

/**
 * Rejected rows as a request that is to be edited and dropped again, each with its line and the
 * reason, which are ignored then.
 */
final class RepairList {
  /** Rows that are sealed together, so that not all rows need to fit into memory. */
  private static final int PORTION = 1000;

  /** Characters; one more portion still fits into a request. */
  private static final int LARGE = RequestText.LARGEST / 2;

  private static final String LOOK = "empty this cell when the others are right";

  private final List<RawRow> rows;
  private final Map<Integer, List<RowProblem>> problems;
  private final ClearCells clear;
  private int next;

  /**
   * @param rows all rows of the request
   * @param problems of the rows that are listed; rows without any are not
   */
  RepairList(List<RawRow> rows, List<RowProblem> problems, ClearCells clear) {
    this.problems = problems.stream().collect(Collectors.groupingBy(RowProblem::line));
    this.rows = rows.stream().filter(row -> this.problems.containsKey(row.line())).toList();
    this.clear = clear;
  }

  /** Whether there are rows that were not written yet. */
  boolean hasMore() {
    return next < rows.size();
  }

  /**
   * Writes as many rows as fit into one request, with sealed values in place of what may not be
   * shown. Call it again while it {@link #hasMore}.
   */
  void writeSome(Writer writer, SealedRows sealed) throws IOException {
    CSVFormat format =
        CSVFormat.DEFAULT.builder().setRecordSeparator("\r\n").setQuoteMode(QuoteMode.ALL).get();
    writer.write('\uFEFF');
    CSVPrinter printer = new CSVPrinter(writer, format);
    printer.printRecord(
        Stream.of(
                Stream.of(RepairNote.LINE.word(), RepairNote.PROBLEM.word()),
                Column.words().stream(),
                Stream.of(RepairNote.LEFT_OVER.word()))
            .flatMap(words -> words)
            .toList());
    for (long written = 0; hasMore() && written < LARGE; ) {
      List<RawRow> portion = rows.subList(next, Math.min(rows.size(), next + PORTION));
      List<Map<String, String>> shown = sealed.seal(portion, clear);
      for (int i = 0; i < shown.size(); i++) {
        List<String> cells = cells(portion.get(i), shown.get(i));
        printer.printRecord(cells);
        written += cells.stream().mapToInt(cell -> cell.length() + "\"\",".length()).sum();
      }
      next += portion.size();
    }
    printer.flush();
  }

  private List<String> cells(RawRow row, Map<String, String> shown) {
    List<String> cells = new ArrayList<>();
    cells.add(String.valueOf(row.line()));
    cells.add(
        problems.getOrDefault(row.line(), List.of()).stream()
            .map(problem -> problem.column() + " " + problem.problem() + ": " + problem.remedy())
            .map(sentence -> Formulas.defused(sentence.strip()))
            .collect(Collectors.joining(" ")));
    Column.words().forEach(word -> cells.add(shown.getOrDefault(word, "")));
    // Nobody has confirmed yet that the values stand in the right columns.
    cells.add(shown.getOrDefault(RepairNote.LEFT_OVER.word(), row.isUnreadable() ? LOOK : ""));
    return cells;
  }
}
