package org.mailcaravan.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderAccount;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.LeftOutFolder;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Verdict;

/**
 * A certificate as a customer reads it: one page of HTML that needs nothing else, without scripts,
 * to be looked at or printed.
 */
final class CertificatePage {
  private static final int MOST_LISTED = 100;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>%s</title>
      <style>
      body { font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1c2430;
        background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1.2rem; }
      h1 { font-size: 1.5rem; margin: 0; }
      h2 { font-size: 1.1rem; margin: 2.2rem 0 .5rem; }
      p { margin: .5rem 0; max-width: 46rem; }
      .verdict { border-left: .5rem solid; padding: .6rem 1rem; margin: 1.2rem 0; }
      .verdict strong { font-size: 1.25rem; display: block; }
      .complete { border-color: #1a7f4b; background: #eaf6ef; }
      .delivered { border-color: #a86a00; background: #fdf4e3; }
      .incomplete { border-color: #b3261e; background: #fceceb; }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%%; font-size: .9rem; }
      th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0;
        border-bottom: 1px solid #d9dee5; }
      thead th { color: #4a5564; font-weight: 600; vertical-align: bottom; }
      tfoot th, tfoot td { font-weight: 600; border-bottom: 0; }
      .number { text-align: right; font-variant-numeric: tabular-nums; }
      .bad { color: #b3261e; font-weight: 600; }
      .facts { width: auto; }
      .facts th { font-weight: 400; color: #4a5564; padding-right: 1.5rem; }
      .name { overflow-wrap: break-word; min-width: 7rem; }
      code { font: .8rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
      ul { padding-left: 1.2rem; }
      @media print { body { margin: 0; max-width: none; font-size: 11px; }
        h2 { break-after: avoid; } tr, .verdict { break-inside: avoid; }
        .verdict { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
      </style>
      </head>
      <body>
      """;

  private final StringBuilder html = new StringBuilder();
  private final Mailbox mailbox;
  private final Certificate certificate;
  private final List<ImportResult> imports;

  private CertificatePage(Mailbox mailbox, Certificate certificate, List<ImportResult> imports) {
    this.mailbox = mailbox;
    this.certificate = certificate;
    this.imports = imports;
  }

  /** The certificate of a mailbox without contacts and calendar, or of a comparison alone. */
  static String of(Mailbox mailbox, Certificate certificate) {
    return of(mailbox, certificate, List.of(), List.of());
  }

  static String of(
      Mailbox mailbox,
      Certificate certificate,
      List<ImportResult> contacts,
      List<ImportResult> calendar) {
    List<ImportResult> imports = Stream.concat(contacts.stream(), calendar.stream()).toList();
    return new CertificatePage(mailbox, certificate, imports).write();
  }

  private String write() {
    html.append(HEAD.formatted("Certificate for " + text(mailbox.sourceAddress())));
    html.append("<h1>Certificate of migration</h1>\n");
    verdict();
    facts();
    folders();
    attention();
    imports();
    leftOut();
    notes();
    digests();
    return html.append("</body>\n</html>\n").toString();
  }

  /** Nothing that came from outside is taken for markup, or moves the text around it. */
  private static String text(String words) {
    return TextWidth.tame(words)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private void verdict() {
    Verdict verdict = certificate.verdict();
    html.append("<div class=\"verdict ")
        .append(CertificateJson.word(verdict))
        .append("\">\n<strong>")
        .append(VerdictWords.headline(verdict))
        .append("</strong>\n")
        .append(text(VerdictWords.sentence(certificate)))
        .append("\n</div>\n");
    list(certificate.obstacles());
  }

  private void facts() {
    html.append("<table class=\"facts\">\n");
    fact("Old mailbox", mailbox.sourceAddress() + " at " + certificate.source());
    fact("New mailbox", mailbox.destinationAddress() + " at " + certificate.destination());
    fact("Issued", TIME.format(certificate.issued()));
    fact(
        "Compared by",
        certificate.deep()
            ? "the content of every message"
            : "number, size and date of every message, and its content where sizes differ");
    html.append("</table>\n");
  }

  private void fact(String name, String value) {
    html.append("<tr><th scope=\"row\">")
        .append(name)
        .append("</th><td class=\"name\">")
        .append(text(value))
        .append("</td></tr>\n");
  }

  private void folders() {
    boolean elsewhere = certificate.sum(folder -> folder.messages().elsewhere()) > 0;
    boolean cut = certificate.sum(folder -> folder.copies().cut()) > 0;
    html.append("<h2>Folder by folder</h2>\n<div class=\"scroll\"><table>\n<thead><tr>")
        .append("<th>Old folder</th><th>New folder</th>");
    heading("In the old folder");
    heading("Delivered");
    if (elsewhere) {
      heading("Delivered from another folder");
    }
    heading("Not delivered");
    heading("In place now");
    heading("Moved by the user");
    heading("No longer there");
    heading("Altered");
    if (cut) {
      heading("Cut short");
    }
    html.append("</tr></thead>\n<tbody>\n");
    for (FolderAccount folder : certificate.folders()) {
      html.append("<tr><td class=\"name\">")
          .append(text(folder.source()))
          .append("</td><td class=\"name\">")
          .append(folder.destination().isEmpty() ? "none" : text(folder.destination()))
          .append("</td>");
      counts(List.of(folder), elsewhere, cut);
    }
    html.append("</tbody>\n<tfoot><tr><th scope=\"row\" colspan=\"2\">All folders</th>");
    counts(certificate.folders(), elsewhere, cut);
    html.append("</tfoot>\n</table></div>\n");
    long others = certificate.sum(FolderAccount::notOurs);
    html.append("<p>")
        .append(
            "Every message of the old mailbox is either delivered or not delivered, and every delivered one is counted in"
                + " exactly one of the columns behind.")
        .append(
            others == 0
                ? ""
                : " The new folders hold "
                    + Amounts.count(others, "message", "messages")
                    + " besides, such as mail that was received there.")
        .append("</p>\n");
  }

  private void heading(String words) {
    html.append("<th class=\"number\">").append(words).append("</th>");
  }

  private void counts(List<FolderAccount> folders, boolean elsewhere, boolean cut) {
    number(sum(folders, folder -> folder.messages().all()), false);
    number(sum(folders, folder -> folder.messages().delivered()), false);
    if (elsewhere) {
      number(sum(folders, folder -> folder.messages().elsewhere()), false);
    }
    number(sum(folders, folder -> folder.messages().missing()), true);
    number(sum(folders, folder -> folder.copies().inPlace()), false);
    number(sum(folders, folder -> folder.copies().movedByUser()), false);
    number(sum(folders, folder -> folder.copies().gone()), false);
    number(sum(folders, folder -> folder.copies().altered()), true);
    if (cut) {
      number(sum(folders, folder -> folder.copies().cut()), true);
    }
    html.append("</tr>\n");
  }

  private static long sum(List<FolderAccount> folders, ToLongFunction<FolderAccount> count) {
    return folders.stream().mapToLong(count).sum();
  }

  private void number(long count, boolean badIfAny) {
    html.append(badIfAny && count > 0 ? "<td class=\"number bad\">" : "<td class=\"number\">")
        .append(Amounts.count(count))
        .append("</td>");
  }

  private void attention() {
    List<FolderAccount> affected =
        certificate.folders().stream()
            .filter(f -> f.verdict() != Verdict.COMPLETE || !f.listed().isEmpty())
            .toList();
    if (affected.isEmpty()) {
      return;
    }
    html.append("<h2>What is missing or different, and why</h2>\n");
    for (FolderAccount folder : affected) {
      html.append("<p><strong class=\"name\">").append(text(folder.source())).append("</strong>");
      String obstacle = folder.obstacle();
      if (obstacle != null) {
        html.append(": ").append(text(obstacle));
      }
      html.append("</p>\n");
      messages(folder);
    }
  }

  private void messages(FolderAccount folder) {
    if (folder.listed().isEmpty()) {
      return;
    }
    html.append("<table>\n<thead><tr><th>Message (UID at the old provider)</th><th>What</th>")
        .append("<th>Why</th></tr></thead>\n<tbody>\n");
    for (FolderAccount.Listed message : folder.listed()) {
      html.append("<tr><td>")
          .append(message.uid())
          .append("</td><td>")
          .append(VerdictWords.of(message.reason()))
          .append("</td><td class=\"name\">")
          .append(text(message.detail()))
          .append("</td></tr>\n");
    }
    html.append("</tbody>\n</table>\n");
    long more =
        VerdictWords.notAsTheyShouldBe(folder)
            - folder.listed().stream()
                .filter(listed -> listed.reason() != FolderAccount.Reason.REPAIRED)
                .count();
    if (more > 0) {
      html.append("<p>")
          .append(Amounts.count(more, "more message is", "more messages are"))
          .append(" counted above and not listed.</p>\n");
    }
  }

  private void imports() {
    if (imports.isEmpty()) {
      return;
    }
    html.append("<h2>Contacts and calendars</h2>\n<div class=\"scroll\"><table>\n<thead><tr>")
        .append("<th>From</th><th>To</th>");
    heading("Imported");
    heading("There before");
    heading("Updated");
    heading("Kept as the user has them");
    heading("Refused");
    html.append("</tr></thead>\n<tbody>\n");
    for (ImportResult result : imports) {
      html.append("<tr><td class=\"name\">")
          .append(text(result.file()))
          .append("</td><td class=\"name\">")
          .append(result.collection().isEmpty() ? "none" : text(result.collection()))
          .append("</td>");
      number(result.imported(), false);
      number(result.alreadyThere(), false);
      number(result.updated(), false);
      number(result.kept(), false);
      number(result.refused().size(), true);
      html.append("</tr>\n");
    }
    html.append("</tbody>\n</table></div>\n");
    List<String> refused =
        imports.stream()
            .flatMap(result -> result.refused().stream())
            .map(problem -> problem.place() + ": " + problem.cause())
            .toList();
    list(refused.subList(0, Math.min(MOST_LISTED, refused.size())));
    int more = refused.size() - MOST_LISTED;
    if (more > 0) {
      html.append("<p>")
          .append(Amounts.count(more, "more is", "more are"))
          .append(" counted above and not listed.</p>\n");
    }
  }

  private void leftOut() {
    if (certificate.excluded().isEmpty() && certificate.rules().isEmpty()) {
      return;
    }
    html.append("<h2>What was left out by a rule, and why</h2>\n");
    list(certificate.rules());
    if (!certificate.excluded().isEmpty()) {
      html.append("<table>\n<thead><tr><th>Old folder</th><th class=\"number\">Messages</th>")
          .append("<th>Why</th></tr></thead>\n<tbody>\n");
      for (LeftOutFolder folder : certificate.excluded()) {
        html.append("<tr><td class=\"name\">")
            .append(text(folder.folder()))
            .append("</td><td class=\"number\">")
            .append(folder.messages() < 0 ? "unknown" : Amounts.count(folder.messages()))
            .append("</td><td>")
            .append(text(folder.reason()))
            .append("</td></tr>\n");
      }
      html.append("</tbody>\n</table>\n");
    }
  }

  private void notes() {
    List<String> notes =
        certificate.folders().stream()
            .flatMap(folder -> folder.notes().stream().map(note -> folder.source() + ": " + note))
            .toList();
    if (!notes.isEmpty()) {
      html.append("<h2>Notes</h2>\n");
      list(notes);
    }
  }

  private void list(List<String> sentences) {
    if (!sentences.isEmpty()) {
      html.append("<ul>\n");
      sentences.forEach(line -> html.append("<li>").append(text(line)).append("</li>\n"));
      html.append("</ul>\n");
    }
  }

  private void digests() {
    html.append("<h2>Digests</h2>\n<p>")
        .append(VerdictWords.DIGESTS)
        .append("</p>\n<table>\n<thead><tr><th>Old folder</th><th>Compared</th>")
        .append("<th>Digest at the old and at the new home</th></tr></thead>\n<tbody>\n");
    for (FolderAccount folder : certificate.folders()) {
      boolean equal = folder.sourceDigest().equals(folder.destinationDigest());
      html.append("<tr><td class=\"name\">")
          .append(text(folder.source()))
          .append("</td><td>")
          .append(time(folder.verified()))
          .append(folder.deep() ? ", by content" : "")
          .append("</td><td><code>")
          .append(text(folder.sourceDigest()))
          .append("</code><br>")
          .append(equal ? "equal" : "<code>" + text(folder.destinationDigest()) + "</code>")
          .append(equal ? "" : " <span class=\"bad\">different</span>")
          .append("</td></tr>\n");
    }
    html.append("</tbody>\n</table>\n");
  }

  private static String time(Instant instant) {
    return TIME.format(instant);
  }
}
