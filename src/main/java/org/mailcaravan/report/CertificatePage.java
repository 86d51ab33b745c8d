package org.mailcaravan.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.LeftOutFolder;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Verdict;

/**
 * The content of a certificate's page: texts by the names that the template uses. A part without
 * content is {@code false}.
 */
final class CertificatePage {
  private static final int MOST_LISTED = 100;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /**
   * Who issues a certificate.
   *
   * @param issuer the name of the issuer
   * @param contact whom customers can ask
   */
  record Issuer(String issuer, String contact) {}

  /** A column of numbers. */
  private record Column<T>(String label, ToLongFunction<T> count, boolean badIfAny) {}

  private final Mailbox mailbox;
  private final Certificate certificate;
  private final List<ImportResult> imports;
  private final Issuer issuer;

  private CertificatePage(
      Mailbox mailbox, Certificate certificate, List<ImportResult> imports, Issuer issuer) {
    this.mailbox = mailbox;
    this.certificate = certificate;
    this.imports = imports;
    this.issuer = issuer;
  }

  static Map<String, Object> of(
      Mailbox mailbox,
      Certificate certificate,
      List<ImportResult> contacts,
      List<ImportResult> calendar,
      Issuer issuer) {
    List<ImportResult> imports = Stream.concat(contacts.stream(), calendar.stream()).toList();
    return new CertificatePage(mailbox, certificate, imports, issuer).page();
  }

  private Map<String, Object> page() {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("title", text("Certificate for " + mailbox.sourceAddress()));
    page.put("verdict", CertificateJson.word(certificate.verdict()));
    page.put("headline", VerdictWords.headline(certificate.verdict()));
    page.put("sentence", text(VerdictWords.sentence(certificate)));
    page.put("obstacles", lines(certificate.obstacles()));
    page.put("oldMailbox", text(mailbox.sourceAddress()));
    page.put("oldServer", text(certificate.source()));
    page.put("newMailbox", text(mailbox.destinationAddress()));
    page.put("newServer", text(certificate.destination()));
    page.put("issued", TIME.format(certificate.issued()));
    page.put("issuer", text(issuer.issuer()));
    page.put("contact", text(issuer.contact()));
    page.put(
        "comparedBy",
        certificate.deep()
            ? "the content of every message"
            : "number, size and date of every message, and its content where sizes differ");
    folders(page);
    page.put("attention", attention());
    page.put("imports", imports());
    page.put("leftOut", leftOut());
    page.put(
        "notes",
        lines(
            certificate.folders().stream()
                .flatMap(
                    folder -> folder.notes().stream().map(note -> folder.source() + ": " + note))
                .toList()));
    page.put("aboutDigests", VerdictWords.DIGESTS);
    page.put("digests", certificate.folders().stream().map(CertificatePage::digest).toList());
    return page;
  }

  /** Makes text of strangers visible and keeps it on one line; the template escapes markup. */
  private static String text(String words) {
    return TextWidth.tame(words);
  }

  private static Object lines(List<String> sentences) {
    return sentences.isEmpty()
        ? false
        : Map.of("lines", sentences.stream().map(CertificatePage::text).toList());
  }

  private void folders(Map<String, Object> page) {
    List<Column<FolderCertificate>> columns = new ArrayList<>();
    columns.add(new Column<>("In the old folder", folder -> folder.messages().all(), false));
    columns.add(new Column<>("Delivered", folder -> folder.messages().delivered(), false));
    if (certificate.sum(folder -> folder.messages().elsewhere()) > 0) {
      columns.add(
          new Column<>(
              "Delivered from another folder", folder -> folder.messages().elsewhere(), false));
    }
    if (certificate.sum(folder -> folder.messages().leftOut()) > 0) {
      columns.add(new Column<>("Left out by a rule", folder -> folder.messages().leftOut(), false));
    }
    columns.add(new Column<>("Not delivered", folder -> folder.messages().missing(), true));
    columns.add(new Column<>("In place now", folder -> folder.copies().inPlace(), false));
    columns.add(new Column<>("Moved by the user", folder -> folder.copies().movedByUser(), false));
    columns.add(new Column<>("No longer there", folder -> folder.copies().gone(), false));
    columns.add(new Column<>("Altered", folder -> folder.copies().altered(), true));
    if (certificate.sum(folder -> folder.copies().cut()) > 0) {
      columns.add(new Column<>("Cut short", folder -> folder.copies().cut(), true));
    }
    page.put("headings", headings(columns));
    page.put(
        "folders",
        certificate.folders().stream()
            .map(
                folder ->
                    Map.of(
                        "old",
                        text(folder.source()),
                        "new",
                        folder.destination().isEmpty() ? "none" : text(folder.destination()),
                        "numbers",
                        numbers(columns, column -> column.count().applyAsLong(folder))))
            .toList());
    page.put("totals", numbers(columns, column -> certificate.sum(column.count())));
    long others = certificate.sum(FolderCertificate::notOurs);
    page.put(
        "others",
        others == 0
            ? ""
            : " The new folders also hold "
                + Amounts.count(others, "message", "messages")
                + ", such as mail that arrived there.");
  }

  private static <T> List<String> headings(List<Column<T>> columns) {
    return columns.stream().map(Column::label).toList();
  }

  private static <T> List<Map<String, Object>> numbers(
      List<Column<T>> columns, Function<Column<T>, Long> count) {
    return columns.stream()
        .map(
            column -> {
              long number = count.apply(column);
              return Map.<String, Object>of(
                  "label",
                  column.label(),
                  "count",
                  Amounts.count(number),
                  "bad",
                  column.badIfAny() && number > 0);
            })
        .toList();
  }

  private Object attention() {
    List<Map<String, Object>> wrong =
        certificate.folders().stream()
            .filter(f -> f.verdict() != Verdict.COMPLETE || !f.listed().isEmpty())
            .map(CertificatePage::wrong)
            .toList();
    return wrong.isEmpty() ? false : Map.of("wrong", wrong);
  }

  private static Map<String, Object> wrong(FolderCertificate folder) {
    String obstacle = folder.obstacle();
    long more =
        folder.listed().isEmpty()
            ? 0
            : VerdictWords.notAsTheyShouldBe(folder)
                - folder.listed().stream()
                    .filter(listed -> listed.reason() != FolderCertificate.Reason.REPAIRED)
                    .count();
    List<Map<String, String>> listed =
        folder.listed().stream()
            .map(
                message ->
                    Map.of(
                        "uid",
                        Long.toString(message.uid()),
                        "what",
                        VerdictWords.of(message.reason()),
                        "why",
                        text(message.detail())))
            .toList();
    return Map.of(
        "folder",
        text(folder.source()),
        "obstacle",
        obstacle == null ? "" : text(obstacle),
        "messages",
        listed.isEmpty() ? false : Map.of("listed", listed),
        "more",
        more <= 0 ? "" : more(more, "more message is", "more messages are"));
  }

  private static String more(long more, String one, String several) {
    return Amounts.count(more, one, several) + " counted above and not listed.";
  }

  private Object imports() {
    if (imports.isEmpty()) {
      return false;
    }
    List<Column<ImportResult>> columns =
        List.of(
            new Column<>("Imported", ImportResult::imported, false),
            new Column<>("There before", ImportResult::alreadyThere, false),
            new Column<>("Updated", ImportResult::updated, false),
            new Column<>("Kept as the user has them", ImportResult::kept, false),
            new Column<>("Refused", result -> result.refused().size(), true));
    List<String> refused =
        imports.stream()
            .flatMap(result -> result.refused().stream())
            .map(problem -> problem.place() + ": " + problem.cause())
            .toList();
    List<String> notes = imports.stream().flatMap(result -> result.notes().stream()).toList();
    List<String> told =
        Stream.concat(refused.stream().limit(MOST_LISTED), notes.stream().limit(MOST_LISTED))
            .toList();
    int more = Math.max(0, refused.size() - MOST_LISTED);
    return Map.of(
        "headings",
        headings(columns),
        "rows",
        imports.stream()
            .map(
                result ->
                    Map.of(
                        "from",
                        text(result.file()),
                        "to",
                        result.collection().isEmpty() ? "none" : text(result.collection()),
                        "numbers",
                        numbers(columns, column -> column.count().applyAsLong(result))))
            .toList(),
        "told",
        lines(told),
        "more",
        more == 0 ? "" : more(more, "more is", "more are"));
  }

  private Object leftOut() {
    if (certificate.excluded().isEmpty() && certificate.rules().isEmpty()) {
      return false;
    }
    return Map.of(
        "rules",
        lines(certificate.rules()),
        "excluded",
        certificate.excluded().isEmpty()
            ? false
            : Map.of(
                "rows", certificate.excluded().stream().map(CertificatePage::excluded).toList()));
  }

  private static Map<String, String> excluded(LeftOutFolder folder) {
    return Map.of(
        "folder",
        text(folder.folder()),
        "messages",
        folder.messages() < 0 ? "unknown" : Amounts.count(folder.messages()),
        "why",
        text(folder.reason()));
  }

  /**
   * The digests of a folder. They cover delivered messages only, and say so if there are others.
   */
  private static Map<String, Object> digest(FolderCertificate folder) {
    boolean equal = folder.sourceDigest().equals(folder.destinationDigest());
    long delivered = folder.messages().delivered();
    String words;
    if (delivered == 0) {
      words = folder.messages().all() == 0 ? "the folder is empty" : "nothing was delivered";
    } else if (folder.messages().missing() > 0) {
      words =
          (equal ? "equal" : "different")
              + " for the "
              + Amounts.count(delivered, "delivered message", "delivered messages")
              + "; "
              + Amounts.count(folder.messages().missing())
              + " not delivered";
    } else {
      words = equal ? "equal" : "different";
    }
    return Map.of(
        "folder",
        text(folder.source()),
        "compared",
        time(folder.verified()) + (folder.deep() ? ", by content" : ""),
        "old",
        delivered == 0 ? "" : folder.sourceDigest(),
        "new",
        folder.destinationDigest(),
        "different",
        delivered > 0 && !equal,
        "words",
        words);
  }

  private static String time(Instant instant) {
    return TIME.format(instant);
  }
}
