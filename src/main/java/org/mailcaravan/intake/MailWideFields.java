package org.mailcaravan.intake;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a mail says of all its mailboxes: when they are to be copied ({@code Start:}, {@code
 * Window:}), and of which ticket they are ({@code Ticket:}). For one text.
 */
final class MailWideFields {
  private final Map<Column, String> values = new EnumMap<>(Column.class);

  /**
   * @param lines of the text, without what is quoted
   */
  MailWideFields(List<String> lines, MailLabels labels) {
    for (String line : lines) {
      int end = line.indexOf(':');
      if (end > 0 && OrderText.QUOTES.indexOf(line.charAt(0)) < 0) {
        String label = line.substring(0, end);
        String value = Texts.trimmed(line.substring(end + 1));
        if (value.isEmpty() || labels.isNow(value)) {
          continue;
        }
        if (labels.isStart(label)) {
          values.putIfAbsent(Column.START_AT, value);
        } else if (labels.isWindow(label)) {
          values.putIfAbsent(Column.WINDOW, value);
        } else if (labels.isTicket(label)) {
          values.putIfAbsent(Column.TICKET, value);
        }
      }
    }
  }

  /** The row with them; what it says itself counts. */
  RawRow into(RawRow row) {
    return row.with(values);
  }
}
