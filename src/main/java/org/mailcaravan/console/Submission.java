package org.mailcaravan.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.intake.RequestReader;
import org.mailcaravan.intake.Upload;
import org.mailcaravan.intake.mail.UploadedForm;
import org.mailcaravan.model.Caller;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.store.Migrations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.util.FileSystemUtils;

/**
 * Takes requests that come over HTTP: the bean {@code api-submission} of the routes. They hold
 * passwords, and are in memory only. Thread-safe.
 */
public final class Submission {
  /** What makes a call that is repeated known again (IETF draft, httpapi-idempotency-key). */
  static final String KEY = "Idempotency-Key";

  private static final Logger LOG = LoggerFactory.getLogger(Submission.class);
  private static final int LONGEST_NAME = 150;
  private static final Pattern KEY_TEXT = Pattern.compile("[!-~]{1,128}");
  private static final Set<String> ENDINGS = Set.of(".csv", ".json", ".xlsx");

  /** Calls that wait for their answers at a time; others get theirs later. */
  static final int MOST_WAITING = 2;

  private static final Pattern WAIT =
      Pattern.compile(
          "(?:^|[,;])\\s*wait\\s*=\\s*\"?(\\d{1,6})\"?\\s*(?=[,;]|$)", Pattern.CASE_INSENSITIVE);
  private static final long LONGEST_WAIT_SECONDS = 60;
  private static final long BETWEEN_MILLIS = 500;

  private final ServiceActions actions;
  private final Consumer<HttpServerRequest> stored;
  private final Semaphore waiting = new Semaphore(MOST_WAITING);

  /**
   * @param stored told of a call whose request is stored, and that only waits
   * @param dataFolder what an earlier build left of a request in it is deleted
   */
  public Submission(ServiceActions actions, Consumer<HttpServerRequest> stored, Path dataFolder) {
    this.actions = actions;
    this.stored = stored;
    Path left = dataFolder.resolve("incoming");
    try {
      boolean unused = FileSystemUtils.deleteRecursively(left);
    } catch (IOException e) {
      LOG.warn("{} cannot be deleted; it may hold passwords: {}", left, e.toString());
    }
  }

  /** A request as the body, in a form with its files, or as a file of this machine. */
  public void submit(Exchange exchange) {
    Answers.give(
        exchange,
        Set.of("name", "file", "ticket"),
        call -> {
          String file = call.query().one("file");
          Upload upload =
              ofTicket(call, file == null ? sent(call) : Upload.ofFile(local(call, file)))
                  .in(call.language());
          Migration migration =
              key(call).map(key -> once(upload.with(key))).orElseGet(() -> actions.submit(upload));
          String path =
              Paths.V1
                  + "/migrations/"
                  + URLEncoder.encode(migration.id(), StandardCharsets.UTF_8).replace("+", "%20");
          Waited waited = waited(call, migration.id());
          Map<String, String> headers = new HashMap<>(waited.headers());
          headers.put("Location", path);
          return new Answers.Answer(
              waited.text() == null ? 202 : 200,
              new Accepted(
                  migration.id(),
                  migration.name(),
                  migration.mailboxes().size(),
                  migration.rejected(),
                  migration.reading(),
                  path + "/answer",
                  waited.text()),
              Replies.JSON,
              headers);
        });
  }

  /**
   * What came of waiting.
   *
   * @param text the answer; null where it was not waited for, or did not come in time
   */
  private record Waited(@Nullable String text, Map<String, String> headers) {}

  /** Waits for the answer where the caller prefers that (RFC 7240), and not too many do. */
  private Waited waited(Answers.Call call, String migration) {
    Matcher wait = WAIT.matcher(String.join(",", call.header("Prefer")));
    HttpServerRequest request = call.request();
    if (!wait.find() || request == null || !waiting.tryAcquire()) {
      return new Waited(null, Map.of());
    }
    try {
      stored.accept(request);
      long seconds = Math.min(LONGEST_WAIT_SECONDS, Long.parseLong(wait.group(1)));
      return new Waited(
          text(migration, call.language(), seconds, request.response()),
          Map.of("Preference-Applied", "wait=" + seconds));
    } catch (RuntimeException e) {
      // The request is stored; a failure told now would make its caller send it again.
      LOG.warn("the answer to {} cannot be waited for", migration, e);
      return new Waited(null, Map.of());
    } finally {
      waiting.release();
    }
  }

  private @Nullable String text(
      String migration, @Nullable Language language, long seconds, HttpServerResponse caller) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    Optional<String> text = actions.answer(migration, false, language);
    while (text.isEmpty() && !caller.closed() && System.nanoTime() < end) {
      try {
        Thread.sleep(BETWEEN_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
      text = actions.answer(migration, false, language);
    }
    return text.orElse(null);
  }

  /**
   * What was accepted.
   *
   * @param mailboxes how many
   * @param rejected the rows that are left out, and why
   * @param reading how the request was read
   * @param answer where the answer can be asked for
   * @param text the answer, where the caller has waited for it
   */
  record Accepted(
      String id,
      String name,
      int mailboxes,
      List<RowProblem> rejected,
      RequestReading reading,
      String answer,
      @Nullable String text) {}

  private static Optional<String> key(Answers.Call call) {
    List<String> keys = call.header(KEY);
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    // The draft has it in quotation marks; most callers leave them out.
    String key = keys.get(0).strip().replaceFirst("^\"(.*)\"$", "$1");
    if (keys.size() > 1 || !KEY_TEXT.matcher(key).matches()) {
      throw new ApiError(
          400,
          "bad-key",
          KEY + " is not 1 to 128 visible characters of ASCII",
          "Send a new random UUID for each request, and the same one to repeat it.");
    }
    return Optional.of(key);
  }

  private Migration once(Upload upload) {
    Optional<Migration> before = before(upload.key());
    if (before.isPresent()) {
      return before.get();
    }
    try {
      return actions.submit(upload);
    } catch (DuplicateKeyException e) {
      // The same call at the same time was quicker.
      return before(upload.key()).orElseThrow(() -> e);
    }
  }

  private Optional<Migration> before(Caller.@Nullable Key key) {
    Optional<Migrations.Opened> opened = key == null ? Optional.empty() : actions.opened(key);
    if (key != null
        && opened.filter(known -> !known.contentDigest().equals(key.digest())).isPresent()) {
      throw new ApiError(
          422,
          "key-reused",
          "another request was sent with this " + KEY,
          "Send a new key with a new request.");
    }
    return opened.map(Migrations.Opened::migration);
  }

  private static Upload ofTicket(Answers.Call call, Upload upload) {
    String asked = call.query().one("ticket");
    String ticket = asked == null ? upload.ticket() : asked.strip();
    if (!Upload.isTicket(ticket)) {
      throw ApiError.bad(
          "the ticket has a line break in it or is longer than 100 characters",
          "Send the number of the ticket.");
    }
    return upload.ofTicket(ticket);
  }

  private Path local(Answers.Call call, String file) {
    if (!call.isLocal()) {
      throw new ApiError(
          403,
          "not-local",
          "only callers on this machine may name a file, and not through a proxy",
          "Send it as the body.");
    }
    if (call.body().length() > 0) {
      throw ApiError.bad("there is a body and a file", "Leave out one of them.");
    }
    try {
      Path path = Path.of(file);
      if (path.isAbsolute() && ending(file) != null && Files.isRegularFile(path)) {
        if (Files.isReadable(path)) {
          return path;
        }
        throw new ApiError(
            422,
            "unreadable",
            "the user of the service cannot read " + VisibleText.of(file),
            "Let that user read the file, or send it as the body.");
      }
    } catch (InvalidPathException e) {
      // The same answer as for a file that is not there.
    }
    throw new ApiError(
        422,
        "no-file",
        "there is no file " + VisibleText.of(file) + " that ends in .csv, .json or .xlsx",
        "Name it by its absolute path, on the machine of the service.");
  }

  private static @Nullable String ending(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return ENDINGS.stream().filter(lower::endsWith).findFirst().orElse(null);
  }

  private static Upload sent(Answers.Call call) {
    Buffer body = call.body();
    if (body.length() == 0) {
      throw ApiError.bad("there is no body", "Send the request as the body, or name a file.");
    }
    String name = call.query().one("name");
    return switch (call.type()) {
      case "text/csv" -> Upload.ofBody(name(name, ".csv"), body.getBytes());
      case "application/json" -> Upload.ofBody(name(name, ".json"), body.getBytes());
      case RequestReader.WORKBOOK -> Upload.ofBody(name(name, ".xlsx"), body.getBytes());
      case Form.UNREAD -> form(name, Form.read(call.typeWithParameters(), body));
      default ->
          throw new ApiError(
              415,
              "unknown-type",
              "the body is \"" + call.type() + "\"",
              "Send it with Content-Type text/csv, application/json, multipart/form-data or "
                  + RequestReader.WORKBOOK
                  + ".");
    };
  }

  private static Upload form(@Nullable String asked, UploadedForm form) {
    String given = form.request().name();
    String ending = ending(given);
    Upload upload =
        Upload.ofForm(name(asked == null ? given : asked, ending == null ? ".csv" : ending), form);
    if (!upload.strangers().isEmpty()) {
      throw new ApiError(
          400,
          "bad-form",
          VisibleText.of(upload.strangers().get(0)) + " holds no contacts and no calendar",
          "Send files that end in .vcf or .ics, or a .zip of such.");
    }
    return upload;
  }

  /** A name for the request that is safe as the name of a file. */
  private static String name(@Nullable String asked, String ending) {
    String name = asked == null ? "request" : asked.substring(asked.lastIndexOf('/') + 1);
    String given = ending(name);
    String stem = given == null ? name : name.substring(0, name.length() - given.length());
    String safe =
        stem.replaceAll("[\\\\/:*?\"<>|$\\p{C}\ufffd]", "_").replaceFirst("^\\.+", "").strip();
    int end = Math.min(safe.length(), LONGEST_NAME);
    if (end < safe.length() && Character.isHighSurrogate(safe.charAt(end - 1))) {
      end--;
    }
    while (safe.substring(0, end).getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      end--;
    }
    return (end == 0 ? "request" : safe.substring(0, end)) + ending;
  }
}
