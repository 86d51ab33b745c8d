package org.mailcaravan.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.Status;
import org.mailcaravan.report.Amounts;
import org.mailcaravan.report.StatusTable;
import org.mailcaravan.report.StatusWords;
import org.mailcaravan.report.TextWidth;

/**
 * What has changed from one status to the next, as lines: a mailbox begins, has done ten percent
 * more, waits, or ends. Not thread-safe.
 */
final class StatusLines {
  private final boolean eachTenPercent;
  private final Map<String, String> told = new HashMap<>();

  /**
   * @param eachTenPercent whether a line tells each ten percent; false when bars show that
   */
  StatusLines(boolean eachTenPercent) {
    this.eachTenPercent = eachTenPercent;
  }

  /** The lines about what has changed since the last status. */
  List<String> since(Status status) {
    List<String> lines = new ArrayList<>();
    for (MailboxStatus mailbox : status.mailboxes()) {
      String words = words(mailbox);
      boolean runs = StatusTable.runs(mailbox);
      // A line for each ten percent, and not for each message.
      String key = runs ? "runs " + StatusWords.percent(mailbox) / 10 : words;
      if ((!runs || eachTenPercent) && !key.equals(told.put(mailbox.id(), key))) {
        lines.add(StatusWords.name(mailbox) + ": " + words);
      }
    }
    return lines;
  }

  private static String words(MailboxStatus mailbox) {
    if (StatusTable.runs(mailbox)) {
      return StatusWords.percent(mailbox) + " %, " + StatusWords.progress(mailbox);
    }
    String waits = mailbox.waitsFor();
    if (waits != null) {
      String reason = mailbox.reason();
      return "waits for "
          + StatusWords.waitsFor(waits, mailbox.host())
          + (reason == null || reason.isEmpty() ? "" : " (" + TextWidth.tame(reason) + ")");
    }
    int problems = mailbox.problemCount();
    return StatusWords.state(mailbox.state())
        + (problems == 0 ? "" : ", " + Amounts.count(problems, "problem", "problems"));
  }
}
