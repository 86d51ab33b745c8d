package org.mailcaravan.intake;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.mailcaravan.model.Caller;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Where;

/** Reads what callers of the API send: the bean {@code uploads} of the routes. Thread-safe. */
public final class Uploads {
  private static final int LONGEST_FOLDER = 32;
  private static final String FOR_FOLDERS = "folder of attachments";

  private final RequestReader reader;
  private final Set<Column> wanted;
  private final Path attachments;
  private final Clock clock;
  private final Duration keep;
  private final Predicate<String> needed;

  /**
   * @param attachments where contacts and calendars wait for their mailboxes, those of mails too
   * @param keep how long they do at least
   * @param needed whether a pass is still to read what is in the folder of this name
   */
  public Uploads(
      RequestRules rules,
      SourceServers sources,
      Path attachments,
      Clock clock,
      Duration keep,
      Predicate<String> needed) {
    this.reader = new RequestReader(rules, sources);
    this.wanted = Attachments.wanted(rules);
    this.attachments = attachments;
    this.clock = clock;
    this.keep = keep;
    this.needed = needed;
  }

  /**
   * Reads a request; stores nothing but its contacts and calendars.
   *
   * @throws RequestRejected when it is no request, or none of its rows can be used
   */
  public Request read(Upload upload) {
    RawRequest parsed = RawRequest.parse(upload.request(), upload.name());
    Attachments attached =
        new Attachments(attachments.resolve(folder(upload)), upload.files(), wanted);
    RawRequest raw = parsed.with(attached.addTo(parsed.rows()));
    Path written = attached.write();
    Language asked = upload.language();
    Language language = asked == null ? HeaderNames.language(parsed.facts().reading()) : asked;
    try {
      Request request =
          usable(
              reader
                  .read(upload.name(), raw, Objects.requireNonNullElse(upload.folder(), written))
                  .from(new Caller(upload.key(), attached.notes(), language)),
              upload.name());
      return upload.ticket().isEmpty() ? request : request.ofTicket(upload.ticket());
    } catch (RequestRejected e) {
      attached.discard();
      throw e;
    }
  }

  /** The same for the same upload; it stays on the disk, and nobody learns a password by it. */
  private static String folder(Upload upload) {
    return upload.files().isEmpty()
        ? "none"
        : SlowDigest.of(upload.digest(), FOR_FOLDERS).substring(0, LONGEST_FOLDER);
  }

  private static Request usable(Request request, String file) {
    if (request.rows().isEmpty()) {
      throw new RequestRejected(
          request.rejected().stream().map(row -> problem(row, file)).toList(), request.rejected());
    }
    return request;
  }

  private static Problem problem(RowProblem row, String file) {
    return new Problem(
        Where.line(file, row.line()),
        row.column().isEmpty() ? row.problem() : row.column() + " " + row.problem(),
        Owner.CUSTOMER,
        row.remedy());
  }

  /** Deletes contacts and calendars that came long ago, and that nothing waits for. */
  public void purgeAttachments() {
    Attachments.purge(attachments, clock.instant().minus(keep), needed);
  }
}
