package org.mailcaravan.report;

import java.io.PrintWriter;
import java.util.List;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.MailboxVerification;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.model.VerifyResult;

/** The result of {@code verify} for people. */
public final class VerifyTable {
  /** Limit of messages listed for a folder; the certificate lists more. */
  private static final int LISTED = 10;

  private final PrintWriter text;

  private VerifyTable(PrintWriter text) {
    this.text = text;
  }

  /** Writes a table, then what needs attention, with a line end. */
  public static void write(VerifyResult result, PrintWriter out) {
    new VerifyTable(out).write(result);
  }

  private void write(VerifyResult result) {
    TextTable table =
        new TextTable(
            2,
            "Mailbox",
            "Verdict",
            "Folders",
            "Messages",
            "Delivered",
            "Not delivered",
            "In place",
            "Moved",
            "Gone",
            "Altered or cut");
    for (MailboxVerification mailbox : result.mailboxes()) {
      Certificate certificate = mailbox.certificate();
      if (certificate == null) {
        table.row(
            Words.of(mailbox.mailbox()), "not compared", "-", "-", "-", "-", "-", "-", "-", "-");
      } else {
        table.row(
            Words.of(mailbox.mailbox()),
            VerdictWords.of(certificate.verdict()),
            Amounts.count(certificate.folders().size()),
            Amounts.count(certificate.sum(folder -> folder.messages().all())),
            Amounts.count(certificate.sum(folder -> folder.messages().delivered())),
            Amounts.count(certificate.sum(folder -> folder.messages().missing())),
            Amounts.count(certificate.sum(folder -> folder.copies().inPlace())),
            Amounts.count(certificate.sum(folder -> folder.copies().movedByUser())),
            Amounts.count(certificate.sum(folder -> folder.copies().gone())),
            Amounts.count(
                certificate.sum(folder -> folder.copies().altered() + folder.copies().cut())));
      }
    }
    if (!result.mailboxes().isEmpty()) {
      table.write(text);
    }
    result.mailboxes().forEach(this::attention);
    ResultTable.write(result.migration().rejected(), ResultTable.IN_JSON, text);
    summary(result);
  }

  private void attention(MailboxVerification mailbox) {
    if (mailbox.complete() && mailbox.problems().isEmpty()) {
      return;
    }
    text.append('\n').append(Words.of(mailbox.mailbox())).append('\n');
    mailbox.problems().forEach(problem -> text.append(indented(problem)));
    Certificate certificate = mailbox.certificate();
    if (certificate != null) {
      line(
          2,
          VerdictWords.headline(certificate.verdict()) + ": " + VerdictWords.sentence(certificate));
      certificate.obstacles().forEach(obstacle -> line(2, obstacle));
      certificate.folders().forEach(this::folder);
    }
  }

  private static String indented(Problem problem) {
    return ResultTable.of(problem).indent(2);
  }

  private void folder(FolderCertificate folder) {
    if (folder.verdict() == Verdict.COMPLETE) {
      return;
    }
    String obstacle = folder.obstacle();
    line(2, "Folder " + folder.source() + (obstacle == null ? "" : ": " + obstacle));
    List<FolderCertificate.Listed> shown =
        folder.listed().subList(0, Math.min(LISTED, folder.listed().size()));
    for (FolderCertificate.Listed message : shown) {
      line(
          4,
          "UID "
              + message.uid()
              + " "
              + VerdictWords.of(message.reason())
              + ": "
              + message.detail());
    }
    long more = VerdictWords.notAsTheyShouldBe(folder) - shown.size();
    if (more > 0) {
      line(4, Amounts.count(more, "message", "messages") + (shown.isEmpty() ? "" : " more"));
    }
  }

  private void line(int indent, String words) {
    text.append(" ".repeat(indent)).append(TextWidth.tame(words)).append('\n');
  }

  private void summary(VerifyResult result) {
    long complete = result.mailboxes().stream().filter(MailboxVerification::complete).count();
    text.append('\n')
        .append(Amounts.count(complete))
        .append(" of ")
        .append(Amounts.count(result.mailboxes().size(), "mailbox", "mailboxes"))
        .append(complete == 1 ? " is" : " are")
        .append(" complete. Nothing was copied.\n");
    if (result.mailboxes().stream().anyMatch(mailbox -> mailbox.certificate() != null)) {
      text.append("The certificates are in ")
          .append(result.certificateFolder().toString())
          .append('\n');
    }
  }
}
