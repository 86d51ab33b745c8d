package org.mailcaravan.console;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.intake.RequestReader;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.VisibleText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests that come over HTTP: the bean {@code api-submission} of the routes. A body is
 * written to a file that only this user can read, since it holds passwords, and is deleted when the
 * request is stored. Thread-safe.
 */
public final class Submission {
  private static final Logger LOG = LoggerFactory.getLogger(Submission.class);
  private static final int LONGEST_NAME = 150;
  private static final int PART = 1 << 20;
  private static final Set<String> ENDINGS = Set.of(".csv", ".json", ".xlsx");

  private final ServiceActions actions;
  private final Path folder;

  /**
   * @param dataFolder must exist; what a killed service left of a request in it is deleted
   */
  public Submission(ServiceActions actions, Path dataFolder) {
    this.actions = actions;
    this.folder = dataFolder.resolve("incoming");
    delete(folder);
  }

  /** A request as the body, or as a file of this machine that {@code ?file=} names. */
  public void submit(Exchange exchange) {
    Answers.give(
        exchange,
        Set.of("name", "file"),
        call -> {
          String file = call.query().one("file");
          Migration migration = file == null ? body(call) : actions.submit(local(call, file));
          return new Answers.Answer(
              202,
              new Accepted(
                  migration.id(),
                  migration.name(),
                  migration.mailboxes().size(),
                  migration.rejected(),
                  migration.reading()),
              Paths.V1
                  + "/migrations/"
                  + URLEncoder.encode(migration.id(), StandardCharsets.UTF_8).replace("+", "%20"));
        });
  }

  /**
   * What was accepted.
   *
   * @param mailboxes how many
   * @param rejected the rows that are left out, and why
   * @param reading how the request was read
   */
  record Accepted(
      String id, String name, int mailboxes, List<RowProblem> rejected, RequestReading reading) {}

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

  private Migration body(Answers.Call call) {
    String ending =
        switch (call.type()) {
          case "text/csv" -> ".csv";
          case "application/json" -> ".json";
          case RequestReader.WORKBOOK -> ".xlsx";
          default ->
              throw new ApiError(
                  415,
                  "unknown-type",
                  "the body is \"" + call.type() + "\"",
                  "Send it with Content-Type text/csv, application/json or "
                      + RequestReader.WORKBOOK
                      + ".");
        };
    Buffer body = call.body();
    if (body.length() == 0) {
      throw ApiError.bad("there is no body", "Send the request as the body, or name a file.");
    }
    Path own = null;
    try {
      own = OwnFile.folder(folder);
      Path file = own.resolve(name(call.query().one("name"), ending));
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
        for (int from = 0; from < body.length(); from += PART) {
          out.write(body.getBytes(from, Math.min(body.length(), from + PART)));
        }
      }
      return actions.submit(file);
    } catch (IOException e) {
      throw new UncheckedIOException("a request cannot be kept in " + folder, e);
    } finally {
      if (own != null) {
        delete(own);
      }
    }
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

  private static void delete(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be deleted; it may hold passwords: {}", folder, e.toString());
    }
  }
}
