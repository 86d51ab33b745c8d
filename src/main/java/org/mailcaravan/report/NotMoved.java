package org.mailcaravan.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.Formulas;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.LeftOutFolder;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Severity;

/**
 * What was not moved and why, as a CSV file that a customer opens: what his certificates and the
 * problems of his mailboxes say, the mailboxes that no pass has copied, and the rejected rows, in
 * one list. Without a row below the header everything arrived.
 */
final class NotMoved {
  static final List<String> HEADER =
      List.of("mailbox", "place", "message", "what", "why", "who_can_fix_it", "next_step");

  private static final String NOTHING_MOVED = "nothing was moved";

  private final CSVPrinter csv;
  private final CustomerWords words;
  private final String mailbox;
  private long rows;

  private NotMoved(CSVPrinter csv, CustomerWords words, String mailbox) {
    this.csv = csv;
    this.words = words;
    this.mailbox = mailbox;
  }

  /**
   * Writes it.
   *
   * @return how many rows it has below the header
   */
  static long write(MigrationResult result, CustomerWords words, PrintWriter out) {
    try {
      long all = 0;
      // Spreadsheet programs take a file without it for one of another character set.
      out.write('\uFEFF');
      CSVPrinter csv =
          new CSVPrinter(out, CSVFormat.DEFAULT.builder().setRecordSeparator("\r\n").get());
      csv.printRecord(HEADER);
      Set<String> known = new HashSet<>();
      for (MailboxResult mailbox : result.mailboxes()) {
        all += new NotMoved(csv, words, mailbox.mailbox().sourceAddress()).write(mailbox);
        known.add(mailbox.mailbox().id());
      }
      for (Mailbox mailbox : result.migration().mailboxes()) {
        if (known.add(mailbox.id())) {
          new NotMoved(csv, words, mailbox.sourceAddress())
              .row("", "", NOTHING_MOVED, "no pass has copied it", null);
          all++;
        }
      }
      for (RowProblem rejected : result.migration().rejected()) {
        new NotMoved(csv, words, "").write(rejected);
        all++;
      }
      csv.flush();
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long write(MailboxResult result) throws IOException {
    Set<Problem> problems = new LinkedHashSet<>(result.problems());
    for (ImportResult imported :
        Stream.concat(result.contacts().stream(), result.calendar().stream()).toList()) {
      problems.addAll(imported.refused());
    }
    Certificate certificate = result.certificate();
    if (certificate != null) {
      write(certificate, problems);
    }
    problems.removeIf(problem -> problem.severity() != Severity.ERROR);
    for (Problem problem : problems) {
      row(problem.place().toString(), "", "needs attention", problem.cause(), problem);
    }
    if (rows == 0 && result.state() != MailboxState.COPIED) {
      boolean isCancelled = result.state() == MailboxState.CANCELLED;
      row(
          "",
          "",
          result.copied() > 0 || result.state() == MailboxState.INCOMPLETE
              ? "not everything was moved"
              : NOTHING_MOVED,
          isCancelled ? "it was cancelled" : "its pass was stopped before it was done",
          null);
    }
    return rows;
  }

  private void write(RowProblem rejected) throws IOException {
    print(
        "line " + rejected.line(),
        "",
        "row not accepted",
        rejected.column().isEmpty()
            ? words.translation().apply(rejected.problem())
            : rejected.column() + ": " + words.translation().apply(rejected.problem()),
        Owner.CUSTOMER.words(),
        words.translation().apply(rejected.remedy()));
  }

  /** The rows of a certificate; takes away the problems that these tell already. */
  private void write(Certificate certificate, Set<Problem> problems) throws IOException {
    Map<Map<String, Object>, Problem> ofMessages = new HashMap<>();
    for (Problem problem : problems) {
      if (problem.place().parts().containsKey("uid")) {
        ofMessages.put(problem.place().parts(), problem);
      }
    }
    for (String obstacle : certificate.obstacles()) {
      row("", "", "not compared as a whole", obstacle, null);
    }
    for (LeftOutFolder folder : certificate.excluded()) {
      String messages =
          folder.messages() < 0 ? "all" : Amounts.count(folder.messages(), "message", "messages");
      row(folder.folder(), messages, "left out by a rule", folder.reason(), null);
    }
    for (FolderCertificate folder : certificate.folders()) {
      if (folder.obstacle() != null) {
        row(folder.source(), "", "not compared as a whole", folder.obstacle(), null);
      }
      for (FolderCertificate.LeftOut rule : folder.leftOut()) {
        row(
            folder.source(),
            Amounts.count(rule.messages(), "message", "messages"),
            "left out by a rule",
            rule.rule(),
            null);
      }
      long listed = 0;
      for (FolderCertificate.Listed message : folder.listed()) {
        if (message.reason() == FolderCertificate.Reason.REPAIRED) {
          continue;
        }
        listed++;
        Problem problem = ofMessages.get(Map.of("folder", folder.source(), "uid", message.uid()));
        if (problem != null) {
          problems.remove(problem);
        }
        row(
            folder.source(),
            "UID " + message.uid(),
            VerdictWords.of(message.reason()),
            message.detail(),
            problem);
      }
      long more = VerdictWords.notAsTheyShouldBe(folder) - listed;
      if (more > 0) {
        row(
            folder.source(),
            Amounts.count(more, "more message", "more messages"),
            "not as they should be",
            "the list in the certificate has a limit",
            null);
      }
    }
  }

  /**
   * @param problem who can fix it, and how; null where nobody has to
   */
  private void row(String place, String message, String what, String why, @Nullable Problem problem)
      throws IOException {
    print(
        place,
        message,
        what,
        problem == null ? words.translation().apply(why) : words.cause(problem.code().id(), why),
        problem == null ? "" : problem.owner().words(),
        problem == null
            ? ""
            : words.nextStep(problem.owner() == Owner.US, problem.code().id(), problem.nextStep()));
  }

  private void print(
      String place, String message, String what, String why, String who, String nextStep)
      throws IOException {
    rows++;
    csv.printRecord(
        Stream.of(mailbox, place, message, what, why, who, nextStep)
            .map(Formulas::defused)
            .toList());
  }
}
