package org.mailcaravan.tickets;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** What a template of answers can say. docs/answers.md lists the names. For one thread. */
final class AnswerValues {
  private final Map<String, Object> values = new HashMap<>();
  private final LongFunction<String> amounts;

  /**
   * Those of an answer that has nothing to say.
   *
   * @param amounts how a count is written
   */
  AnswerValues(LongFunction<String> amounts) {
    this.amounts = amounts;
    migration("");
    doneBy("", 0, false, true, false);
    starts(List.of());
    mailboxes(List.of(), 0, 0);
    problems(List.of(), 0);
    faults(List.of());
    reading(List.of());
    notes(List.of());
    canBeAnswered(false);
    needsAddress(false);
    isLater(false);
    isMail(false);
    wantsNewPasswords(true);
  }

  /**
   * A mailbox that was understood.
   *
   * @param server of the old provider
   * @param to its address at the new server; empty when it stays the same
   * @param awaitsPassword whether it waits for its password at the old provider
   * @param look what was found on both sides
   */
  record Mailbox(String address, String server, String to, boolean awaitsPassword, Look look) {
    private Map<String, Object> values(LongFunction<String> amounts) {
      Map<String, Object> all = new HashMap<>(look.values(amounts));
      all.put("address", address);
      all.put("server", server);
      all.put("to", to);
      all.put("awaitsPassword", awaitsPassword);
      return all;
    }
  }

  /**
   * What was found of a mailbox before anything of it is copied.
   *
   * @param open whether it is not known yet
   * @param good whether both logins work and nothing else was found
   * @param messages how many, and how much they are; empty when that is not known
   * @param missing whether it is not at the new server, as far as one can tell
   * @param moreFaults how many are not listed
   */
  record Look(
      boolean open,
      boolean good,
      String messages,
      String size,
      boolean missing,
      List<Fault> faults,
      int moreFaults,
      List<String> hints) {
    /** There is nothing to tell. */
    static final Look NONE = new Look(false, false, "", "", false, List.of(), 0, List.of());

    /** It is not known yet. */
    static final Look OPEN = new Look(true, false, "", "", false, List.of(), 0, List.of());

    private Map<String, Object> values(LongFunction<String> amounts) {
      return Map.of(
          "notLookedAt", open,
          "good", good,
          "messages", messages,
          "size", size,
          "missing", missing,
          "found", faults.stream().map(Fault::values).toList(),
          "moreFound", moreFaults > 0 ? amounts.apply(moreFaults) : "",
          "hints", hints);
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
   * A problem of the request as a whole, or of a mailbox.
   *
   * @param file the place, if it is in a file; else empty
   * @param owner who can fix it
   */
  record Fault(String place, String file, String cause, String owner, String nextStep) {
    private Map<String, Object> values() {
      return Map.of(
          "place", place, "file", file, "cause", cause, "owner", owner, "nextStep", nextStep);
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
    values.put("mailboxes", first.stream().map(each -> each.values(amounts)).toList());
    values.put("hasMailboxes", all > 0);
    values.put("mailboxCount", amounts.apply(all));
    values.put("isOneMailbox", all == 1);
    values.put("moreMailboxes", more(all - first.size()));
    values.put("anyAwaitsPassword", awaitingPassword > 0);
    values.put("awaitingPassword", amounts.apply(awaitingPassword));
    return this;
  }

  /**
   * @param time when all that waits for nobody is copied by about, for people; empty when that is
   *     not known
   * @param parts in how many windows; none is told for 1 or less
   * @param nights whether these are nights
   * @param whole whether that is everything
   * @param copied whether everything is copied already
   */
  final AnswerValues doneBy(String time, int parts, boolean nights, boolean whole, boolean copied) {
    values.put("doneBy", time);
    values.put("doneInParts", parts > 1 && !nights ? String.valueOf(parts) : "");
    values.put("doneInNights", parts > 1 && nights ? String.valueOf(parts) : "");
    values.put("doneByIsOfAll", whole);
    values.put("isCopied", copied);
    return this;
  }

  /**
   * When mailboxes begin that do not begin at once.
   *
   * @param mailboxes how many; 0 for all that are told
   * @param time when, for people
   * @param line the same for a line that names a start
   * @param wanted when their sender wanted it, where that was too soon; else empty
   * @param asked whether he has to name another time first
   */
  record Start(int mailboxes, String time, String line, String wanted, boolean asked) {
    private Map<String, Object> values(String count) {
      return Map.of(
          "mailboxes", count, "time", time, "line", line, "wanted", wanted, "isAsked", asked);
    }
  }

  final AnswerValues starts(List<Start> all) {
    values.put("starts", all.stream().map(start -> start.values(more(start.mailboxes()))).toList());
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

  /** Whether an answer to it is understood by the program. */
  final AnswerValues canBeAnswered(boolean is) {
    values.put("canBeAnswered", is);
    return this;
  }

  /** Whether whoever answers it with a password has to say whose it is. */
  final AnswerValues needsAddress(boolean is) {
    values.put("needsAddress", is);
    return this;
  }

  /** Whether it is the second answer, which tells what was found after the first one. */
  final AnswerValues isLater(boolean is) {
    values.put("isLater", is);
    return this;
  }

  /** Whether it goes by mail, so that somebody reads an answer to it. */
  final AnswerValues isMail(boolean is) {
    values.put("isMail", is);
    return this;
  }

  /** Whether the password of a mailbox at the new server is of use to us. */
  final AnswerValues wantsNewPasswords(boolean are) {
    values.put("wantsNewPasswords", are);
    return this;
  }

  /** The values, by the names that templates use. */
  Map<String, Object> all() {
    return Map.copyOf(values);
  }

  private String more(int count) {
    return count > 0 ? amounts.apply(count) : "";
  }
}
