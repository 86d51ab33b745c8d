package org.mailcaravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.mailcaravan.cli.client.Answers;
import org.mailcaravan.cli.client.NoService;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.intake.RequestReader;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Where;

/**
 * Gives a request to a running service. A service on this machine reads the file itself, and so
 * finds the contacts and calendars that it names beside it. Where it may not read the file, and
 * where it runs elsewhere, the content is sent.
 */
final class HandOver {
  private final ServiceClient client;

  HandOver(ServiceClient client) {
    this.client = client;
  }

  /**
   * What the service has accepted.
   *
   * @param reading how the service has read it
   * @param answer as the service gave it
   * @param sent whether the content was sent, so that files beside it are not found
   */
  record Accepted(
      String id,
      int mailboxes,
      List<RowProblem> rejected,
      RequestReading reading,
      JsonNode answer,
      boolean sent) {}

  /**
   * Gives it a file; its mailboxes wait for their turn when this returns. Where no answer comes, it
   * is given once more: with the same key it opens no second migration.
   *
   * @throws RequestRejected when the service refuses it as a whole
   */
  Accepted give(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    String key = UUID.randomUUID().toString();
    try {
      return give(absolute, key);
    } catch (NoService e) {
      return give(absolute, key);
    }
  }

  private Accepted give(Path absolute, String key) {
    Optional<JsonNode> read =
        client.place().here()
            ? client.postFile("migrations", absolute.toString(), key)
            : Optional.empty();
    boolean sent = read.isEmpty();
    JsonNode answer = read.orElseGet(() -> send(absolute, key));
    return new Accepted(
        answer.path("id").asText(),
        answer.path("mailboxes").asInt(),
        Answers.readAll(answer, "rejected", RowProblem.class),
        answer.has("reading")
            ? Answers.read(answer.path("reading"), RequestReading.class)
            : RequestReading.UNKNOWN,
        answer,
        sent);
  }

  private JsonNode send(Path file, String key) {
    String name = String.valueOf(file.getFileName());
    String lower = name.toLowerCase(Locale.ROOT);
    try {
      return client.post(
          "migrations",
          List.of(new ServiceClient.Parameter("name", name)),
          lower.endsWith(".json")
              ? "application/json"
              : lower.endsWith(".xlsx") ? RequestReader.WORKBOOK : "text/csv",
          BodyPublishers.ofFile(file),
          key);
    } catch (IOException e) {
      throw new RequestRejected(
          new Problem(
              Where.file(file),
              "it cannot be read (" + e.getClass().getSimpleName() + ")",
              Owner.US,
              "Check that this user may read it."));
    }
  }
}
