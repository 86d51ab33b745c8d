package org.mailcaravan.tickets;

import java.util.List;
import java.util.Map;

/** What a template of answers can say. docs/mail.md lists the names. */
final class AnswerValues {
  private AnswerValues() {}

  /**
   * A mailbox that was understood.
   *
   * @param server of the old provider
   * @param to its address at the new server; empty when it stays the same
   */
  record Mailbox(String address, String server, String to) {
    private Map<String, Object> values() {
      return Map.of("address", address, "server", server, "to", to);
    }
  }

  /** A problem of a row. */
  record RowFault(String line, String column, String value, String problem, String remedy) {
    private Map<String, Object> values() {
      return Map.of(
          "line", line, "column", column, "value", value, "problem", problem, "remedy", remedy);
    }
  }

  /**
   * The values.
   *
   * @param migration its id; empty where none was opened
   * @param mailboxes the first of them
   * @param allMailboxes how many there are
   * @param problems the first of them
   * @param allProblems how many there are
   * @param notes sentences
   */
  static Map<String, Object> of(
      String migration,
      List<Mailbox> mailboxes,
      int allMailboxes,
      List<RowFault> problems,
      int allProblems,
      List<String> notes) {
    return Map.ofEntries(
        Map.entry("migration", migration),
        Map.entry("mailboxes", mailboxes.stream().map(Mailbox::values).toList()),
        Map.entry("hasMailboxes", allMailboxes > 0),
        Map.entry("mailboxCount", allMailboxes),
        Map.entry("moreMailboxes", more(allMailboxes - mailboxes.size())),
        Map.entry("problems", problems.stream().map(RowFault::values).toList()),
        Map.entry("hasProblems", allProblems > 0),
        Map.entry("moreProblems", more(allProblems - problems.size())),
        Map.entry("notes", notes),
        Map.entry("hasNotes", !notes.isEmpty()));
  }

  private static String more(int count) {
    return count > 0 ? String.valueOf(count) : "";
  }
}
