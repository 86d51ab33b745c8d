package org.mailcaravan.tickets;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.report.CustomerFile;

/** What a template of messages can say. docs/tickets.md lists the names. For one thread. */
final class TellingValues {
  private final Map<String, Object> values = new HashMap<>();

  /** Those of a message that has nothing to say. */
  TellingValues(String migration, long event) {
    values.put("migration", migration);
    values.put("event", String.valueOf(event));
    for (MigrationMessage message : MigrationMessage.values()) {
      is(message, false);
    }
    reason("");
    mailboxes(0, "");
    doneBy("");
    domains(List.of(), "");
    records(List.of(), "");
    isWatched(false);
    isOurs(false);
    isQuiet(false);
    elsewhere("", "");
    settings(List.of());
    steps(List.of(), "");
    left(List.of(), "");
    incomplete("");
    files(false, List.of());
  }

  /** Lines on a domain. */
  record Lines(String domain, List<String> lines) {
    private Map<String, Object> values() {
      return Map.of("domain", domain, "lines", lines);
    }
  }

  /**
   * Something to do, or what was not moved.
   *
   * @param address of the mailbox
   * @param cause without a full stop
   */
  record Step(String address, String cause, String nextStep) {
    private Map<String, Object> values() {
      return Map.of("address", address, "cause", cause, "nextStep", nextStep);
    }
  }

  /** {@code isStarted} and so on. */
  TellingValues is(MigrationMessage message, boolean is) {
    StringBuilder name = new StringBuilder("is");
    for (String word : message.id().split("-", -1)) {
      name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    values.put(name.toString(), is);
    return this;
  }

  TellingValues reason(String words) {
    values.put("reason", words);
    return this;
  }

  /**
   * @param count in words
   */
  TellingValues mailboxes(int number, String count) {
    values.put("mailboxCount", count);
    values.put("isOneMailbox", number == 1);
    values.put("hasMailboxes", number > 0);
    return this;
  }

  TellingValues doneBy(String time) {
    values.put("doneBy", time);
    return this;
  }

  TellingValues domains(List<String> first, String more) {
    values.put("domains", first);
    values.put("domainList", String.join(", ", first));
    values.put("hasDomains", !first.isEmpty());
    values.put("moreDomains", more);
    return this;
  }

  TellingValues records(List<Lines> all, String more) {
    values.put("records", all.stream().map(Lines::values).toList());
    values.put("hasRecords", !all.isEmpty());
    values.put("hasMx", anyHas(all, " IN MX "));
    values.put("hasSpf", anyHas(all, "v=spf1"));
    values.put("moreRecords", more);
    return this;
  }

  private static boolean anyHas(List<Lines> all, String text) {
    return all.stream().flatMap(each -> each.lines.stream()).anyMatch(line -> line.contains(text));
  }

  /** Whether we see by ourselves that records have changed. */
  TellingValues isWatched(boolean is) {
    values.put("isWatched", is);
    return this;
  }

  /** Whether mail for all of its domains comes to us. */
  TellingValues isOurs(boolean is) {
    values.put("isOurs", is);
    return this;
  }

  TellingValues settings(List<Lines> all) {
    values.put("settings", all.stream().map(Lines::values).toList());
    values.put("hasSettings", !all.isEmpty());
    return this;
  }

  TellingValues steps(List<Step> first, String more) {
    values.put("steps", first.stream().map(Step::values).toList());
    values.put("moreSteps", more);
    return this;
  }

  TellingValues left(List<Step> first, String more) {
    values.put("left", first.stream().map(Step::values).toList());
    values.put("hasLeft", !first.isEmpty());
    values.put("moreLeft", more);
    return this;
  }

  /** How many mailboxes have not got everything; empty for none. */
  TellingValues incomplete(String count) {
    values.put("incomplete", count);
    return done();
  }

  /** Whether nothing comes to the old servers any more. */
  TellingValues isQuiet(boolean is) {
    values.put("isQuiet", is);
    return done();
  }

  /**
   * Domains whose MX records name others.
   *
   * @param list empty for none
   */
  TellingValues elsewhere(String list, String more) {
    values.put("elsewhere", list);
    values.put("moreElsewhere", more);
    values.put("hasElsewhere", !list.isEmpty());
    return done();
  }

  /**
   * What the customer gets to keep.
   *
   * @param isCompared whether there are certificates
   * @param attached what goes with the message
   */
  TellingValues files(boolean isCompared, List<CustomerFile> attached) {
    values.put("hasCertificate", isCompared);
    values.put("isAttached", attached.stream().anyMatch(file -> !file.isNotMoved()));
    values.put("hasList", attached.stream().anyMatch(CustomerFile::isNotMoved));
    return this;
  }

  private TellingValues done() {
    values.put(
        "isDone",
        Boolean.TRUE.equals(values.get("isQuiet"))
            && "".equals(values.get("incomplete"))
            && "".equals(values.get("elsewhere")));
    return this;
  }

  /** The values, by the names that templates use. */
  Map<String, Object> all() {
    return Map.copyOf(values);
  }
}
