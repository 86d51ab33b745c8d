package org.mailcaravan.report;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.CheckResult;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxCheck;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.model.Verdict;

/**
 * A result for people: a table, then everything that somebody has to do. The result of a hundred
 * thousand mailboxes has tens of megabytes, so it is written piece by piece.
 */
public final class ResultTable {
  /**
   * Limit of notes for each file; a new export of an address book in use can cause one for each
   * card.
   */
  private static final int MOST_NOTES = 20;

  private static final int MOST_OF_A_CAUSE = 50;
  private static final int MOST_PROBLEMS = 200;

  static final String IN_JSON = "--json lists all of them.";

  private final PrintWriter text;

  private ResultTable(PrintWriter text) {
    this.text = text;
  }

  private static String text(Consumer<ResultTable> writing) {
    StringWriter text = new StringWriter();
    writing.accept(new ResultTable(new PrintWriter(text)));
    return text.toString();
  }

  /** The result of a migration, with a line end. */
  public static String of(MigrationResult result) {
    return text(table -> table.write(result));
  }

  /** Writes the result of a migration. */
  public static void write(MigrationResult result, PrintWriter out) {
    new ResultTable(out).write(result);
  }

  /**
   * Writes the result of {@code check}, with a line end.
   *
   * @param withReading whether to begin with how the request was read
   */
  public static void write(CheckResult result, boolean withReading, PrintWriter out) {
    new ResultTable(out).write(result, withReading);
  }

  /** A problem, with place, cause, owner and next step. */
  public static String of(Problem problem) {
    return text(table -> table.problem("", problem));
  }

  /** Writes why rows were rejected; writes nothing when none were. */
  public static void write(List<RowProblem> rejected, PrintWriter out) {
    write(rejected, IN_JSON, out);
  }

  /**
   * Writes why rows were rejected; writes nothing when none were.
   *
   * @param all where to find all of them, if there are too many to show
   */
  static void write(List<RowProblem> rejected, String all, PrintWriter out) {
    new ResultTable(out).rejected(rejected, all);
  }

  private void write(MigrationResult result) {
    if (!result.mailboxes().isEmpty()) {
      TextTable table =
          new TextTable(
              2,
              "Mailbox",
              "Result",
              "Folders",
              "Copied",
              "There before",
              "Set aside",
              "Size",
              "Time");
      for (MailboxResult mailbox : result.mailboxes()) {
        table.row(
            Words.of(mailbox.mailbox()),
            Words.of(mailbox.state()),
            Amounts.count(mailbox.folders()),
            Amounts.count(mailbox.copied()),
            Amounts.count(mailbox.alreadyThere()),
            Amounts.count(mailbox.setAside()),
            Amounts.bytes(mailbox.bytes()),
            Amounts.time(Duration.ofMillis(Math.round(mailbox.seconds() * 1000))));
      }
      table.write(text);
    }
    for (MailboxResult mailbox : result.mailboxes()) {
      List<ImportResult> imports =
          Stream.concat(mailbox.contacts().stream(), mailbox.calendar().stream()).toList();
      List<Problem> problems = new ArrayList<>(mailbox.problems());
      imports.forEach(imported -> addMissing(problems, imported.refused()));
      List<String> notes = new ArrayList<>(mailbox.notes());
      Certificate certificate = mailbox.certificate();
      if (certificate != null && certificate.verdict() != Verdict.COMPLETE) {
        notes.add(
            "The certificate says \""
                + VerdictWords.of(certificate.verdict())
                + "\". "
                + VerdictWords.sentence(certificate));
      }
      mailbox(mailbox.mailbox(), imports, problems, notes);
    }
    Path list = result.reportFolder().resolve(result.migration().stem() + ".rejected.csv");
    rejected(result.migration().rejected(), "All of them are in " + list);
    long arrived =
        result.mailboxes().stream().filter(m -> m.state() == MailboxState.COPIED).count();
    summary(arrived, result.mailboxCount(), "arrived whole", result.migration().rejected());
    text.append("The report is in ").append(result.reportFolder().toString()).append('\n');
  }

  private void write(CheckResult result, boolean withReading) {
    if (withReading) {
      ReadingText.write(result.migration().reading(), text);
    }
    if (!result.mailboxes().isEmpty()) {
      if (result.migration().reading().known()) {
        text.append('\n');
      }
      TextTable table =
          new TextTable(2, "Mailbox", "Result", "Folders", "Messages", "Size", "Destination holds");
      for (MailboxCheck check : result.mailboxes()) {
        SideCheck source = check.source();
        table.row(
            Words.of(check.mailbox()),
            check.problems().isEmpty() ? "ready" : "needs attention",
            source.ok() ? Amounts.count(source.folders()) : "-",
            source.ok() ? Amounts.count(source.messages()) : "-",
            source.ok() ? size(source.bytes()) : "-",
            check.destination().ok()
                ? Amounts.count(check.destination().messages(), "message", "messages")
                : "-");
      }
      table.write(text);
    }
    result
        .mailboxes()
        .forEach(check -> mailbox(check.mailbox(), List.of(), check.problems(), check.notes()));
    rejected(result.migration().rejected(), IN_JSON);
    long ready = result.mailboxes().stream().filter(m -> m.problems().isEmpty()).count();
    summary(ready, result.mailboxes().size(), "can be migrated", result.migration().rejected());
    text.append("Nothing was copied.\n");
  }

  private static String size(long bytes) {
    return bytes < 0 ? "unknown" : Amounts.bytes(bytes);
  }

  /** Adds problems of imports that are not yet among the problems of the mailbox. */
  private static void addMissing(List<Problem> problems, List<Problem> more) {
    Set<Problem> known = new HashSet<>(problems);
    more.stream().filter(known::add).forEach(problems::add);
  }

  private void mailbox(
      Mailbox mailbox, List<ImportResult> imports, List<Problem> problems, List<String> notes) {
    if (imports.isEmpty() && problems.isEmpty() && notes.isEmpty()) {
      return;
    }
    text.append('\n').append(Words.of(mailbox)).append('\n');
    for (ImportResult imported : imports) {
      text.append("  ").append(TextWidth.tame(Words.of(imported))).append('\n');
    }
    problems.forEach(problem -> problem("  ", problem));
    List<String> shown = new ArrayList<>(notes);
    for (ImportResult imported : imports) {
      shown.addAll(imported.notes().subList(0, Math.min(MOST_NOTES, imported.notes().size())));
      int more = imported.notes().size() - MOST_NOTES;
      if (more > 0) {
        shown.add(
            imported.file()
                + ": the report has "
                + Amounts.count(more, "more note", "more notes")
                + ".");
      }
    }
    shown.forEach(note -> text.append("  Note: ").append(TextWidth.tame(note)).append('\n'));
  }

  private void problem(String indent, Problem problem) {
    text.append(indent)
        .append(TextWidth.tame(problem.place().toString()))
        .append(": ")
        .append(TextWidth.tame(problem.cause()))
        .append('\n')
        .append(indent)
        .append("  To be fixed by ")
        .append(problem.owner().words())
        .append(": ")
        .append(TextWidth.tame(problem.nextStep()))
        .append('\n');
  }

  private void rejected(List<RowProblem> rows, String all) {
    if (rows.isEmpty()) {
      return;
    }
    text.append("\nRows that were not accepted\n");
    Map<String, Integer> told = new HashMap<>();
    int shown = 0;
    for (RowProblem row : rows) {
      // Causes that differ only in a line number or size count as the same.
      String cause = row.column() + row.problem().replaceAll("[0-9]+", "1");
      if (shown < MOST_PROBLEMS && told.merge(cause, 1, Integer::sum) <= MOST_OF_A_CAUSE) {
        shown++;
        rejected(row);
      }
    }
    if (shown < rows.size()) {
      text.append("  and ")
          .append(Amounts.count(rows.size() - shown, "more problem", "more problems"))
          .append(". ")
          .append(all)
          .append('\n');
    }
  }

  private void rejected(RowProblem row) {
    text.append("  line ")
        .append(String.valueOf(row.line()))
        .append(row.column().isEmpty() ? "" : ", " + TextWidth.tame(row.column()))
        .append(": ")
        .append(TextWidth.tame(row.problem()))
        .append(found(row.value()))
        .append('\n')
        .append("    To be fixed: ")
        .append(TextWidth.tame(row.remedy()))
        .append('\n');
  }

  private static String found(@Nullable String value) {
    return value == null || value.isEmpty()
        ? ""
        : " (\"" + TextWidth.fit(TextWidth.tame(value), 60) + "\")";
  }

  private void summary(long good, int all, String verb, List<RowProblem> rejected) {
    long rows = rejected.stream().map(RowProblem::line).distinct().count();
    text.append('\n')
        .append(
            all == 0
                ? "No mailbox"
                : Amounts.count(good) + " of " + Amounts.count(all, "mailbox", "mailboxes"))
        .append(' ')
        .append(verb);
    if (rows > 0) {
      text.append("; ").append(Amounts.count(rows, "row was", "rows were")).append(" not accepted");
    }
    text.append(".\n");
  }
}
