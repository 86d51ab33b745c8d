package org.mailcaravan.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.report.Amounts;
import org.mailcaravan.report.TextWidth;

/**
 * Bars at the end of standard error, which are drawn again and again, and lines above them that
 * stay. Not thread-safe.
 */
final class ProgressBars {
  private static final int MOST = 10;
  private static final int LONGEST_BAR = 24;
  private static final int SHORTEST_BAR = 6;

  /**
   * One bar.
   *
   * @param words how far it is, in numbers
   */
  record Bar(String label, int percent, String words) {
    private String tail() {
      return TextWidth.padLeft(percent + "%", 4) + "  " + words;
    }

    private String line(int labelWidth, int length) {
      int full = length * percent / 100;
      String bar = "[" + "#".repeat(full) + ".".repeat(length - full) + "] ";
      return TextWidth.padRight(TextWidth.fit(label, labelWidth), labelWidth)
          + " "
          + (length == 0 ? "" : bar)
          + tail();
    }
  }

  private final PrintWriter out;
  private final int width;
  private int drawn;

  ProgressBars(Terminal terminal) {
    this.out = terminal.err();
    this.width = terminal.width() - 1;
  }

  /** Removes the bars and prints a line that stays. */
  void say(String line) {
    erase();
    out.println(line);
  }

  /** Removes the bars; lines stay. */
  void erase() {
    if (drawn > 0) {
      // Move to the begin of the first bar, and clear to the end of the screen (ECMA-48).
      out.print("\u001b[" + drawn + "A\r\u001b[J");
      drawn = 0;
    }
  }

  /**
   * Draws bars in place of those before.
   *
   * @param bars one for each that runs; of more than ten the rest is counted
   * @param total those that stand below them: one for all, or none
   */
  void draw(List<Bar> bars, List<Bar> total) {
    erase();
    List<Bar> shown = new ArrayList<>(bars.subList(0, Math.min(MOST, bars.size())));
    shown.addAll(total);
    List<String> lines = new ArrayList<>(lines(shown));
    if (bars.size() > MOST) {
      lines.add(MOST, "and " + Amounts.count(bars.size() - MOST) + " more");
    }
    lines.forEach(line -> out.println(TextWidth.fit(line, width)));
    drawn = lines.size();
    out.flush();
  }

  /**
   * The bars as lines. All have the same length: the space that the longest row leaves, or none.
   */
  private List<String> lines(List<Bar> bars) {
    int longest = bars.stream().mapToInt(bar -> TextWidth.of(bar.label())).max().orElse(0);
    int label = Math.min(longest, (width + 1) / 3);
    int tail = bars.stream().mapToInt(bar -> TextWidth.of(bar.tail())).max().orElse(0);
    int room = width - label - tail - 4;
    int length = room < SHORTEST_BAR ? 0 : Math.min(LONGEST_BAR, room);
    return bars.stream().map(bar -> bar.line(label, length)).toList();
  }

  /** Shows at once what was printed. */
  void flush() {
    out.flush();
  }
}
