package org.mailcaravan.tickets;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a template of answers can say. docs/answers.md lists the names. For one thread. */
final class AnswerValues {
  private final Map<String, Object> values = new HashMap<>();

  /** Those of an answer that has nothing to say. */
  AnswerValues() {
    migration("");
    mailboxes(List.of(), 0, 0);
    problems(List.of(), 0);
    faults(List.of());
    reading(List.of());
    notes(List.of());
  }

  /**
   * A mailbox that was understood.
   *
   * @param server of the old provider
   * @param to its address at the new server; empty when it stays the same
   * @param awaitsPassword whether it waits for its password at the old provider
   */
  record Mailbox(String address, String server, String to, boolean awaitsPassword) {
    private Map<String, Object> values() {
      return Map.of(
          "address", address, "server", server, "to", to, "awaitsPassword", awaitsPassword);
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
   * A problem of the request as a whole.
   *
   * @param owner who can fix it
   */
  record Fault(String place, String cause, String owner, String nextStep) {
    private Map<String, Object> values() {
      return Map.of("place", place, "cause", cause, "owner", owner, "nextStep", nextStep);
    }
  }

  /**
   * @param id of the migration; empty where none was opened
   */
  final AnswerValues migration(String id) {
    values.put("migration", id);
    return this;
  }

  /**
   * @param first those that are listed
   * @param all how many there are
   * @param awaitingPassword how many of them wait for their passwords
   */
  final AnswerValues mailboxes(List<Mailbox> first, int all, int awaitingPassword) {
    values.put("mailboxes", first.stream().map(Mailbox::values).toList());
    values.put("hasMailboxes", all > 0);
    values.put("mailboxCount", all);
    values.put("moreMailboxes", more(all - first.size()));
    values.put("anyAwaitsPassword", awaitingPassword > 0);
    values.put("awaitingPassword", awaitingPassword);
    return this;
  }

  /**
   * Problems of rows.
   *
   * @param first those that are listed
   * @param all how many there are
   */
  final AnswerValues problems(List<RowFault> first, int all) {
    values.put("problems", first.stream().map(RowFault::values).toList());
    values.put("hasProblems", all > 0);
    values.put("moreProblems", more(all - first.size()));
    return this;
  }

  final AnswerValues faults(List<Fault> all) {
    values.put("faults", all.stream().map(Fault::values).toList());
    values.put("hasFaults", !all.isEmpty());
    return this;
  }

  /**
   * @param sentences what deserves a look of how the request was read
   */
  final AnswerValues reading(List<String> sentences) {
    values.put("reading", sentences);
    values.put("hasReading", !sentences.isEmpty());
    return this;
  }

  /**
   * @param sentences on what came with the request
   */
  final AnswerValues notes(List<String> sentences) {
    values.put("notes", sentences);
    values.put("hasNotes", !sentences.isEmpty());
    return this;
  }

  /** The values, by the names that templates use. */
  Map<String, Object> all() {
    return Map.copyOf(values);
  }

  private static String more(int count) {
    return count > 0 ? String.valueOf(count) : "";
  }
}
