package org.mailcaravan.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table of text, with columns as wide as their cells. */
final class TextTable {
  private static final int LONGEST_CELL = 60;

  private final int leftAligned;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param leftAligned how many of the first columns are aligned left; the others hold numbers
   */
  TextTable(int leftAligned, String... headings) {
    this.leftAligned = leftAligned;
    row(headings);
  }

  void row(String... cells) {
    rows.add(Arrays.stream(cells).map(cell -> TextWidth.fit(cell, LONGEST_CELL)).toList());
  }

  /** Writes the table, each line with a line end. */
  void write(PrintWriter out) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], TextWidth.of(row.get(i)));
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        line.append(i == 0 ? "" : "  ")
            .append(
                i < leftAligned
                    ? TextWidth.padRight(cell, widths[i])
                    : TextWidth.padLeft(cell, widths[i]));
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
  }
}
