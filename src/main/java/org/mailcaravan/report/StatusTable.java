package org.mailcaravan.report;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.status.FailingRoute;
import org.mailcaravan.model.status.LostAnswer;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.MigrationStatus;
import org.mailcaravan.model.status.NodeStatus;
import org.mailcaravan.model.status.ProblemStatus;
import org.mailcaravan.model.status.RefusedRoutes;
import org.mailcaravan.model.status.Status;
import org.mailcaravan.model.status.SupportMailboxFailure;
import org.mailcaravan.model.status.WaitingMail;
import org.mailcaravan.model.status.WaitingMails;

/**
 * A status for people, in three parts: what runs, what waits and for what, and what needs a person;
 * then a line for each migration, with its totals. As wide as the terminal.
 */
public final class StatusTable {
  /** Of each part, or of each reason in a part; the rest is counted. */
  private static final int MOST_LINES = 10;

  private static final int MOST_MIGRATIONS = 20;

  /** So late a pass may begin that is due. */
  private static final Duration GRACE = Duration.ofMinutes(5);

  private final PrintWriter out;
  private final int width;
  private final Instant now;

  private StatusTable(PrintWriter out, int width, Instant now) {
    this.out = out;
    this.width = width;
    this.now = now;
  }

  /**
   * The status as text, with a line end.
   *
   * @param width of the terminal in columns
   */
  public static String of(Status status, int width, Instant now) {
    StringWriter text = new StringWriter();
    new StatusTable(new PrintWriter(text), width, now).write(status);
    return text.toString();
  }

  private void write(Status status) {
    runs(status.mailboxes().stream().filter(StatusTable::runs).toList());
    waits(status.mailboxes().stream().filter(StatusTable::waits).toList());
    needs(status.mailboxes().stream().filter(MailboxStatus::needsAttention).toList());
    refusedRoutes(status.refusedRoutes());
    failingRoutes(status.failingRoutes());
    supportMailbox(status.supportMailbox());
    answers(status.answers());
    mails(status.mails());
    migrations(status.migrations());
    stages(status.stages());
    if (status.mailboxesLeftOut() > 0) {
      out.append(
          "Only the first %s are looked at here; %s more are in the totals alone.\n"
              .formatted(
                  Amounts.count(status.mailboxes().size(), "mailbox", "mailboxes"),
                  Amounts.count(status.mailboxesLeftOut())));
    }
    nodes(status.nodes());
  }

  /** Whether a pass of a mailbox runs now. */
  public static boolean runs(MailboxStatus mailbox) {
    return mailbox.node() != null;
  }

  /** Whether a pass of a mailbox waits. */
  public static boolean waits(MailboxStatus mailbox) {
    return mailbox.node() == null && mailbox.waitsFor() != null;
  }

  private void runs(List<MailboxStatus> mailboxes) {
    heading("Runs now", mailboxes.size());
    List<MailboxStatus> shown = first(mailboxes, MOST_LINES);
    int name = widest(shown);
    for (MailboxStatus mailbox : shown) {
      String told = mailbox.control() == null ? "" : ", told to " + mailbox.control();
      entry(
          "  ",
          mailbox,
          name,
          "%s  %s%s"
              .formatted(
                  TextWidth.padLeft(StatusWords.percent(mailbox) + "%", 4),
                  StatusWords.progress(mailbox),
                  TextWidth.tame(told)));
    }
    rest(mailboxes.size(), "");
  }

  private void waits(List<MailboxStatus> mailboxes) {
    heading("Waits", mailboxes.size());
    Map<String, List<MailboxStatus>> byReason =
        mailboxes.stream()
            .collect(
                Collectors.groupingBy(
                    mailbox ->
                        StatusWords.waitsFor(String.valueOf(mailbox.waitsFor()), mailbox.host()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    byReason.forEach(this::waits);
  }

  private void waits(String reason, List<MailboxStatus> mailboxes) {
    out.append(Wrapped.of("for " + reason + ":", "  ", width));
    List<MailboxStatus> shown = first(mailboxes, MOST_LINES);
    int name = widest(shown);
    for (MailboxStatus mailbox : shown) {
      Instant due = mailbox.dueAt();
      String until = due == null ? "" : until(due);
      String why = mailbox.reason() == null ? "" : TextWidth.tame(mailbox.reason());
      String words = until + (until.isEmpty() || why.isEmpty() ? "" : ": ") + why;
      if (words.isEmpty()) {
        line("    " + StatusWords.name(mailbox));
      } else {
        entry("    ", mailbox, name, " " + words);
      }
    }
    rest(mailboxes.size(), "  ");
  }

  private String until(Instant due) {
    if (due.isAfter(now)) {
      return "until " + StatusWords.time(due, now);
    }
    return due.plus(GRACE).isBefore(now) ? "due since " + StatusWords.time(due, now) : "";
  }

  private void needs(List<MailboxStatus> mailboxes) {
    heading("Needs a person", mailboxes.size());
    Map<String, List<MailboxStatus>> byCode =
        mailboxes.stream()
            .collect(
                Collectors.groupingBy(
                    mailbox ->
                        mailbox.problems().stream()
                            .findFirst()
                            .map(ProblemStatus::code)
                            .orElse("other"),
                    LinkedHashMap::new,
                    Collectors.toList()));
    byCode.forEach(
        (code, all) -> {
          for (MailboxStatus mailbox : first(all, MOST_LINES)) {
            needs(mailbox);
          }
          rest(all.size(), "", "with " + TextWidth.tame(code));
        });
  }

  private void needs(MailboxStatus mailbox) {
    int more = mailbox.problemCount() - 1;
    line(
        "  "
            + StatusWords.name(mailbox)
            + ": "
            + StatusWords.state(mailbox.state())
            + (more > 0 ? ", " + Amounts.count(more, "more problem", "more problems") : ""));
    mailbox.problems().stream()
        .findFirst()
        .ifPresent(
            problem -> {
              out.append(Wrapped.of(problem.place() + ": " + problem.cause(), "    ", width));
              out.append(
                  Wrapped.of(
                      "To be fixed by " + StatusWords.owner(problem) + ": " + problem.nextStep(),
                      "      ",
                      width));
            });
  }

  private void refusedRoutes(@Nullable RefusedRoutes refused) {
    if (refused == null) {
      return;
    }
    out.append("Changed route files are not used, and the routes run on as they were:\n");
    out.append(
        Wrapped.of(
            "since %s, %s, the first one: %s: %s"
                .formatted(
                    StatusWords.time(refused.since(), now),
                    Amounts.count(refused.mistakes(), "mistake", "mistakes"),
                    TextWidth.tame(refused.place()),
                    TextWidth.tame(refused.cause())),
            "  ",
            width));
    out.append(Wrapped.of("To be fixed by us: " + refused.nextStep(), "    ", width));
  }

  private void failingRoutes(@Nullable List<FailingRoute> failing) {
    if (failing == null || failing.isEmpty()) {
      return;
    }
    out.append("Entrances that fail:\n");
    for (FailingRoute route : failing) {
      out.append(
          Wrapped.of(
              "%s, at %s, since %s, %s failed%s: %s"
                  .formatted(
                      TextWidth.tame(route.route()),
                      TextWidth.tame(route.place()),
                      StatusWords.time(route.since(), now),
                      Amounts.count(route.failures(), "look has", "looks have"),
                      route.nextLook() == null
                          ? ""
                          : ", the next one is at " + StatusWords.time(route.nextLook(), now),
                      TextWidth.tame(route.why())),
              "  ",
              width));
      out.append(Wrapped.of("To be fixed by us: " + route.nextStep(), "    ", width));
    }
  }

  private void supportMailbox(@Nullable SupportMailboxFailure failure) {
    if (failure == null) {
      return;
    }
    out.append("The support mailbox cannot be read, so that no request comes in by mail:\n");
    out.append(
        Wrapped.of(
            "since %s, %s failed, the next one is at %s: %s"
                .formatted(
                    StatusWords.time(failure.since(), now),
                    Amounts.count(failure.failures(), "look has", "looks have"),
                    StatusWords.time(failure.nextLook(), now),
                    TextWidth.tame(failure.why())),
            "  ",
            width));
    out.append(Wrapped.of("To be fixed by us: " + failure.nextStep(), "    ", width));
  }

  private void answers(@Nullable List<LostAnswer> answers) {
    if (answers == null || answers.isEmpty()) {
      return;
    }
    out.append(
        "Answers, messages and calls of routes that were given up, so that a person has to see to them:\n");
    for (LostAnswer answer : first(answers, MOST_LINES)) {
      String migration = answer.migration();
      out.append(
          Wrapped.of(
              "since "
                  + StatusWords.time(answer.since(), now)
                  + (answer.recipient().isEmpty()
                      ? ""
                      : ", to " + TextWidth.tame(answer.recipient()))
                  + (answer.message() == null
                      ? ""
                      : ": \"" + TextWidth.tame(answer.message()) + "\"")
                  + (migration == null
                      ? ""
                      : "; \"mailcaravan show " + TextWidth.tame(migration) + "\" says why"),
              "  ",
              width));
    }
    if (answers.size() > MOST_LINES) {
      line("  and " + Amounts.count(answers.size() - MOST_LINES) + " more");
    }
  }

  private void mails(@Nullable WaitingMails mails) {
    if (mails == null || mails.count() == 0) {
      return;
    }
    out.append("Mails that wait for a person: ")
        .append(Amounts.count(mails.count()))
        .append(mails.count() == 1 ? "" : ", the oldest first")
        .append('\n');
    List<WaitingMail> shown = first(mails.longest(), MOST_LINES);
    for (WaitingMail mail : shown) {
      String sender = mail.sender().isEmpty() ? "no sender" : TextWidth.tame(mail.sender());
      out.append(
          Wrapped.of(
              "since "
                  + StatusWords.time(mail.since(), now)
                  + ", "
                  + sender
                  + ": "
                  + TextWidth.tame(mail.why()),
              "  ",
              width));
    }
    if (mails.count() > shown.size()) {
      line("  and " + Amounts.count(mails.count() - shown.size()) + " more");
    }
  }

  private void migrations(List<MigrationStatus> migrations) {
    if (migrations.isEmpty()) {
      return;
    }
    out.append("Migrations\n");
    // What is under way matters more than what has ended.
    List<MigrationStatus> ordered =
        new ArrayList<>(filter(migrations, migration -> migration.finishedAt() == null));
    ordered.addAll(filter(migrations, migration -> migration.finishedAt() != null));
    for (MigrationStatus migration : first(ordered, MOST_MIGRATIONS)) {
      migration(migration);
    }
    int more = ordered.size() - MOST_MIGRATIONS;
    if (more > 0) {
      line("  and " + Amounts.count(more, "more migration", "more migrations"));
    }
  }

  /** Of all migrations, also of those that wait for their cutover for weeks and are not shown. */
  private void stages(@Nullable Map<String, Long> stages) {
    if (stages == null || stages.isEmpty()) {
      return;
    }
    out.append(
        Wrapped.of(
            stages.entrySet().stream()
                .map(
                    each -> Amounts.count(each.getValue()) + " " + StatusWords.stage(each.getKey()))
                .collect(Collectors.joining(", ", "All migrations: ", "")),
            "",
            width));
  }

  private void migration(MigrationStatus migration) {
    String name = TextWidth.tame(migration.name());
    String id = TextWidth.tame(migration.id());
    line("  " + (name.equals(id) ? id : name + ", id " + id));
    line("    " + StatusWords.stage(migration.stage()));
    out.append(Wrapped.of(summary(migration), "    ", width));
  }

  /** The state of a migration, its totals, and how many mailboxes are in each state. */
  static String summary(MigrationStatus migration) {
    List<String> words = new ArrayList<>();
    migration
        .mailboxes()
        .forEach(
            (state, count) -> words.add(Amounts.count(count) + " " + StatusWords.state(state)));
    if (migration.rejectedRows() > 0) {
      words.add(Amounts.count(migration.rejectedRows(), "row", "rows") + " not accepted");
    }
    return totals(migration) + (words.isEmpty() ? "" : ": " + String.join(", ", words));
  }

  private static String totals(MigrationStatus migration) {
    long mailboxes = migration.mailboxes().values().stream().mapToLong(Long::longValue).sum();
    List<String> words = new ArrayList<>();
    words.add(TextWidth.tame(migration.state()));
    words.add(Amounts.count(mailboxes, "mailbox", "mailboxes"));
    String progress = StatusWords.progress(migration);
    if (!progress.isEmpty()) {
      words.add(progress);
    }
    if (migration.paused() && !migration.state().equals("paused")) {
      words.add("paused");
    }
    return String.join(", ", words);
  }

  /** Several nodes are told; of the only one that runs there is nothing to tell. */
  private void nodes(List<NodeStatus> nodes) {
    List<NodeStatus> alive = filter(nodes, NodeStatus::alive);
    if (alive.size() > 1) {
      line(
          "Nodes: "
              + alive.stream()
                  .map(node -> TextWidth.tame(node.name()) + " (" + node.running() + " running)")
                  .collect(Collectors.joining(", ")));
    }
    if (alive.isEmpty() && !nodes.isEmpty()) {
      Instant seen = nodes.stream().map(NodeStatus::seenAt).max(Instant::compareTo).orElse(now);
      line(
          "No node runs; one was seen last " + Amounts.time(Duration.between(seen, now)) + " ago.");
    }
  }

  private void heading(String what, int mailboxes) {
    out.append(what)
        .append(": ")
        .append(mailboxes == 0 ? "nothing" : Amounts.count(mailboxes, "mailbox", "mailboxes"))
        .append('\n');
  }

  private void rest(int all, String indent) {
    rest(all, indent, "");
  }

  private void rest(int all, String indent, String words) {
    if (all > MOST_LINES) {
      line("  " + indent + "and " + Amounts.count(all - MOST_LINES) + " more " + words);
    }
  }

  private int widest(List<MailboxStatus> mailboxes) {
    int widest = mailboxes.stream().map(StatusWords::name).mapToInt(TextWidth::of).max().orElse(0);
    return Math.min(widest, width * 2 / 5);
  }

  /** A mailbox and what is told of it, which is broken rather than cut where it is too long. */
  private void entry(String indent, MailboxStatus mailbox, int columns, String words) {
    String line = indent + column(mailbox, columns) + " " + words;
    if (TextWidth.of(line) <= width) {
      line(line);
    } else {
      line(indent + StatusWords.name(mailbox));
      out.append(Wrapped.of(words.strip(), indent + "  ", width));
    }
  }

  private static String column(MailboxStatus mailbox, int columns) {
    return TextWidth.padRight(TextWidth.fit(StatusWords.name(mailbox), columns), columns);
  }

  private void line(String line) {
    out.append(TextWidth.fit(line.stripTrailing(), width)).append('\n');
  }

  private static <T> List<T> first(List<T> all, int most) {
    return all.subList(0, Math.min(most, all.size()));
  }

  private static <T> List<T> filter(List<T> all, Predicate<T> wanted) {
    return all.stream().filter(wanted).toList();
  }
}
