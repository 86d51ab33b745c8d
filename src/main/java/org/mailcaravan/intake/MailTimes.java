package org.mailcaravan.intake;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * When the mailboxes of a mail are to be copied: a line {@code Start:} or {@code Window:} holds for
 * all of them. For one text.
 */
final class MailTimes {
  private final Map<Column, String> times = new EnumMap<>(Column.class);

  /**
   * @param lines of the text, without what is quoted
   */
  MailTimes(List<String> lines, MailLabels labels) {
    for (String line : lines) {
      int end = line.indexOf(':');
      if (end > 0 && OrderText.QUOTES.indexOf(line.charAt(0)) < 0) {
        String label = line.substring(0, end);
        String value = Texts.trimmed(line.substring(end + 1));
        if (value.isEmpty() || labels.isNow(value)) {
          continue;
        }
        if (labels.isStart(label)) {
          times.putIfAbsent(Column.START_AT, value);
        } else if (labels.isWindow(label)) {
          times.putIfAbsent(Column.WINDOW, value);
        }
      }
    }
  }

  /** The row with them; what it says itself counts. */
  RawRow into(RawRow row) {
    if (row.isUnreadable() || times.isEmpty()) {
      return row;
    }
    Map<Column, String> cells = new EnumMap<>(times);
    cells.putAll(row.cells());
    return new RawRow(row.line(), cells, row.problems(), row.unsorted());
  }
}
