package org.mailcaravan.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RequestReading.ReadColumn;

/** How a request was read, for people. */
public final class ReadingText {
  private ReadingText() {}

  /** Writes it, with a line for each column that is called otherwise; nothing if it is unknown. */
  public static void write(RequestReading reading, PrintWriter out) {
    if (!reading.known()) {
      return;
    }
    out.append("Read as ").append(TextWidth.tame(reading.summary())).append('\n');
    List<String> same = new ArrayList<>();
    for (ReadColumn column : reading.columns()) {
      if (column.header().equals(column.column())) {
        same.add(column.column());
      } else {
        out.append("  ").append(TextWidth.tame(line(column))).append('\n');
      }
    }
    if (!same.isEmpty()) {
      out.append("  Read by their own names: ").append(String.join(", ", same)).append('\n');
    }
    reading
        .notes()
        .forEach(note -> out.append("  Note: ").append(TextWidth.tame(note)).append('\n'));
  }

  private static String line(ReadColumn column) {
    return (column.header().isEmpty() ? "Column " + column.place() : "\"" + column.header() + "\"")
        + (column.ignored().isEmpty()
            ? ": " + column.column()
            : " is ignored: " + column.ignored());
  }
}
