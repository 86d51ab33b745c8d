package org.mailcaravan.report;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MigrationStage;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.status.DomainStatus;
import org.mailcaravan.model.status.EventLine;
import org.mailcaravan.model.status.MailboxHistory;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.MigrationHistory;
import org.mailcaravan.model.status.MigrationStatus;
import org.mailcaravan.model.status.PassStatus;
import org.mailcaravan.model.status.PreflightStatus;
import org.mailcaravan.model.status.ProblemStatus;
import org.mailcaravan.model.status.ToldMessage;

/** The history of a mailbox or a migration for people, as wide as the terminal. */
public final class HistoryText {
  private static final int MOST_PASSES = 20;
  private static final int MOST_DOMAINS = 20;

  private final StringBuilder text = new StringBuilder();
  private final int width;
  private final Instant now;

  private HistoryText(int width, Instant now) {
    this.width = width;
    this.now = now;
  }

  /**
   * The history of a mailbox, with a line end.
   *
   * @param width of the terminal in columns
   */
  public static String of(MailboxHistory history, int width, Instant now) {
    HistoryText text = new HistoryText(width, now);
    text.write(history);
    return text.text.toString();
  }

  /**
   * The history of a migration, with a line end.
   *
   * @param width of the terminal in columns
   */
  public static String of(MigrationHistory history, int width, Instant now) {
    HistoryText text = new HistoryText(width, now);
    text.write(history);
    return text.text.toString();
  }

  private void write(MailboxHistory history) {
    MailboxStatus mailbox = history.mailbox();
    wrapped("", StatusWords.name(mailbox) + " from " + mailbox.host());
    wrapped("  ", "Mailbox " + mailbox.id());
    wrapped("  ", "Named by " + String.join(", ", history.migrations()));
    wrapped("  ", "State: " + state(mailbox));
    policy(history);
    wrapped("  ", "Next: " + history.nextStep());
    preflight(history.preflight());
    passes(history.passes());
    problems(history.problems(), false);
    // Each of several migrations tells of the same steps.
    boolean several = history.migrations().size() > 1;
    events(
        history.events(),
        event ->
            several && event.mailbox() == null && event.migration() != null
                ? "migration " + event.migration()
                : null);
  }

  private void policy(MailboxHistory history) {
    String policy = history.policy();
    if (policy != null) {
      Instant resync = history.resyncAt();
      wrapped(
          "  ",
          "Policy: "
              + policy
              + (resync == null
                  ? ""
                  : ", its next catch-up pass is due at " + StatusWords.time(resync, now)));
    }
  }

  private String state(MailboxStatus mailbox) {
    if (StatusTable.runs(mailbox)) {
      return "%s pass, %d %%, %s, on %s"
          .formatted(
              StatusWords.pass(mailbox.pass()),
              StatusWords.percent(mailbox),
              StatusWords.progress(mailbox),
              mailbox.node());
    }
    String waits = mailbox.waitsFor();
    return waits == null
        ? StatusWords.state(mailbox.state())
        : "waits for " + StatusWords.waitsFor(waits, mailbox.host());
  }

  private void write(MigrationHistory history) {
    MigrationStatus migration = history.migration();
    wrapped("", migration.name());
    wrapped("  ", "Migration " + migration.id());
    Instant finished = migration.finishedAt();
    wrapped(
        "  ",
        "Opened %s%s"
            .formatted(
                StatusWords.time(migration.openedAt(), now),
                finished == null ? "" : ", ended " + StatusWords.time(finished, now)));
    wrapped("  ", "State: " + StatusTable.summary(migration));
    wrapped("  ", stage(migration, history.stageReason()));
    if (history.doneBy() != null) {
      wrapped(
          "  ",
          "Copied by about "
              + StatusWords.time(history.doneBy(), now)
              + (history.windows() > 1 ? ", in " + history.windows() + " windows" : ""));
    }
    wrapped("  ", "Next: " + history.nextStep());
    if (migration.closedAt() == null
        && MigrationStage.byId(migration.stage()).filter(MigrationStage::isOver).isEmpty()) {
      domains(history.domains());
    }
    rejected(history.rejected(), migration.rejectedRows());
    problems(history.problems(), true);
    messages(history.messages());
    events(history.events(), EventLine::source);
  }

  private String stage(MigrationStatus migration, @Nullable String reason) {
    Instant removed = migration.removedAt();
    return "Stage: %s since %s%s%s"
        .formatted(
            StatusWords.stage(migration.stage()),
            StatusWords.time(migration.stageAt(), now),
            reason == null ? "" : ": " + reason,
            removed == null
                ? ""
                : "; what was known of its mailboxes was removed "
                    + StatusWords.time(removed, now));
  }

  private void domains(List<DomainStatus> domains) {
    if (domains.isEmpty()) {
      return;
    }
    text.append("Where the mail goes\n");
    for (DomainStatus each : domains.subList(0, Math.min(MOST_DOMAINS, domains.size()))) {
      wrapped("  ", DomainWords.of(each, now));
    }
    if (domains.size() > MOST_DOMAINS) {
      wrapped(
          "  ", "and " + Amounts.count(domains.size() - MOST_DOMAINS) + " more; --json has them");
    }
  }

  private void rejected(List<RowProblem> rows, long all) {
    if (rows.isEmpty()) {
      return;
    }
    text.append("Rows that were not accepted\n");
    for (RowProblem row : rows) {
      String column = row.column().isEmpty() ? "" : ", " + row.column();
      wrapped("  ", "line " + row.line() + column + ": " + row.problem());
    }
    if (all > rows.size()) {
      wrapped("  ", "and " + Amounts.count(all - rows.size()) + " more");
    }
  }

  private void preflight(@Nullable PreflightStatus found) {
    if (found == null) {
      return;
    }
    text.append("Before anything was copied\n");
    wrapped(
        "  ",
        "Login at the old provider: %s; at the new server: %s"
            .formatted(works(found.sourceOk()), works(found.destinationOk())));
    if (found.messages() != null) {
      wrapped(
          "  ",
          Amounts.count(found.messages(), "message", "messages")
              + (found.bytes() == null ? "" : ", " + Amounts.bytes(found.bytes())));
    }
    found.problems().forEach(problem -> wrapped("  ", problem));
    found.notes().forEach(note -> wrapped("  ", note));
  }

  private static String works(boolean ok) {
    return ok ? "works" : "fails";
  }

  private void passes(List<PassStatus> passes) {
    if (passes.isEmpty()) {
      return;
    }
    text.append("Passes, newest first\n");
    for (PassStatus pass : passes.subList(0, Math.min(MOST_PASSES, passes.size()))) {
      wrapped("  ", words(pass));
    }
    int more = passes.size() - MOST_PASSES;
    if (more > 0) {
      wrapped("  ", "and " + Amounts.count(more) + " more; --json has them");
    }
  }

  private String words(PassStatus pass) {
    StringBuilder words =
        new StringBuilder()
            .append(pass.id())
            .append(' ')
            .append(StatusWords.pass(pass.kind()))
            .append(": ")
            .append(outcome(pass));
    Instant started = pass.startedAt();
    Instant ended = pass.endedAt();
    if (started != null) {
      words.append(", began ").append(StatusWords.time(started, now));
      if (ended != null) {
        words.append(", took ").append(Amounts.time(Duration.between(started, ended)));
      }
    }
    Long total = pass.messagesTotal();
    if (total != null) {
      words
          .append(", ")
          .append(Amounts.count(pass.messagesDone()))
          .append(" of ")
          .append(Amounts.count(total, "message", "messages"));
    }
    addUnlessNull(words, ", on ", pass.owner());
    return words.toString();
  }

  private String outcome(PassStatus pass) {
    String outcome = pass.outcome();
    if (outcome != null) {
      return StatusWords.state(outcome);
    }
    String waits = pass.waitsFor();
    if (waits == null) {
      return pass.state();
    }
    String until = pass.dueAt().isAfter(now) ? " until " + StatusWords.time(pass.dueAt(), now) : "";
    String reason = pass.reason();
    return "waits for "
        + StatusWords.waitsFor(waits, pass.host())
        + until
        + (reason == null || reason.isEmpty() ? "" : " (" + reason + ")");
  }

  private static void addUnlessNull(StringBuilder words, String before, @Nullable String value) {
    if (value != null) {
      words.append(before).append(value);
    }
  }

  private void problems(List<ProblemStatus> problems, boolean withAddress) {
    if (problems.isEmpty()) {
      return;
    }
    text.append("Problems\n");
    for (ProblemStatus problem : problems) {
      String address = withAddress ? problem.source() + ", " : "";
      wrapped(
          "  ",
          "%s%s: %s (%s)".formatted(address, problem.place(), problem.cause(), problem.code()));
      wrapped("    ", "To be fixed by " + StatusWords.owner(problem) + ": " + problem.nextStep());
    }
  }

  /** Those that somebody still waits for. */
  private void messages(List<ToldMessage> all) {
    List<ToldMessage> open =
        all.stream()
            .filter(
                each ->
                    each.state().equals(ToldMessage.WAITING)
                        || each.state().equals(ToldMessage.GIVEN_UP))
            .toList();
    if (open.isEmpty()) {
      return;
    }
    text.append("Messages that are not told\n");
    for (ToldMessage message : open) {
      Instant due = message.dueAt();
      String to = message.to() == null ? "" : " (" + message.to() + ")";
      wrapped(
          "  ",
          "\"%s\" of event %d to %s%s: %s%s"
              .formatted(
                  message.message(),
                  message.event(),
                  message.receiver(),
                  to,
                  due == null
                      ? "given up"
                      : due.isAfter(now) ? "waits until " + StatusWords.time(due, now) : "waits",
                  message.reason() == null ? "" : "; " + message.reason()));
    }
  }

  /**
   * @param whose what each is of, as far as that is to be told
   */
  private void events(List<EventLine> events, Function<EventLine, @Nullable String> whose) {
    if (events.isEmpty()) {
      return;
    }
    text.append("Events, oldest first\n");
    for (EventLine event : events) {
      String of = whose.apply(event);
      String state = event.state() == null ? "" : StatusWords.ofEvent(event.state());
      if (event.reason().equals(state) || event.reason().startsWith(state + ";")) {
        state = "";
      }
      // Of a migration that is removed only the states are kept.
      String between = state.isEmpty() || event.reason().isEmpty() ? "" : ": ";
      wrapped(
          "  ",
          "%s %s%s%s (%s)"
              .formatted(
                  StatusWords.time(event.at(), now),
                  of == null ? "" : of + ", ",
                  state + between,
                  event.reason(),
                  event.actor()));
    }
  }

  private void wrapped(String indent, String words) {
    text.append(Wrapped.of(words, indent, width));
  }
}
