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
    lines(reading).forEach(line -> out.append(line).append('\n'));
  }

  /** The lines of it. */
  public static List<String> lines(RequestReading reading) {
    List<String> lines = new ArrayList<>();
    if (!reading.known()) {
      return lines;
    }
    lines.add("Read as " + TextWidth.tame(reading.summary()));
    List<String> same = new ArrayList<>();
    for (ReadColumn column : reading.columns()) {
      if (column.ignored().isEmpty() && column.header().equals(column.column())) {
        same.add(column.column());
      } else {
        lines.add("  " + TextWidth.tame(line(column)));
      }
    }
    if (!same.isEmpty()) {
      lines.add("  Read by their own names: " + String.join(", ", same));
    }
    reading.notes().forEach(note -> lines.add("  Note: " + TextWidth.tame(note)));
    return lines;
  }

  private static String line(ReadColumn column) {
    return (column.header().isEmpty() ? "Column " + column.place() : "\"" + column.header() + "\"")
        + (column.ignored().isEmpty()
            ? ": " + column.column()
            : " is ignored: " + column.ignored());
  }
}
