package org.mailcaravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
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
   * @param attachments files with contacts and calendars; where there are some, all is sent
   * @param ticket of the help desk; empty for what the request says itself
   * @throws RequestRejected when the service refuses it as a whole
   */
  Accepted give(Path file, List<Path> attachments, String ticket) {
    Path absolute = file.toAbsolutePath().normalize();
    String key = UUID.randomUUID().toString();
    try {
      return give(absolute, attachments, ticket(ticket), key);
    } catch (NoService e) {
      return give(absolute, attachments, ticket(ticket), key);
    }
  }

  private static List<ServiceClient.Parameter> ticket(String ticket) {
    return ticket.isEmpty() ? List.of() : List.of(new ServiceClient.Parameter("ticket", ticket));
  }

  private Accepted give(
      Path absolute, List<Path> attachments, List<ServiceClient.Parameter> ticket, String key) {
    Optional<JsonNode> read =
        client.place().here() && attachments.isEmpty()
            ? client.postFile("migrations", absolute.toString(), ticket, key)
            : Optional.empty();
    boolean sent = read.isEmpty();
    JsonNode answer =
        read.orElseGet(
            () ->
                attachments.isEmpty()
                    ? send(absolute, ticket, key)
                    : sendForm(absolute, attachments, ticket, key));
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

  private JsonNode send(Path file, List<ServiceClient.Parameter> ticket, String key) {
    String name = String.valueOf(file.getFileName());
    String lower = name.toLowerCase(Locale.ROOT);
    try {
      return client.post(
          "migrations",
          Stream.concat(Stream.of(new ServiceClient.Parameter("name", name)), ticket.stream())
              .toList(),
          lower.endsWith(".json")
              ? "application/json"
              : lower.endsWith(".xlsx") ? RequestReader.WORKBOOK : "text/csv",
          BodyPublishers.ofFile(file),
          key);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private JsonNode sendForm(
      Path file, List<Path> attachments, List<ServiceClient.Parameter> ticket, String key) {
    FormBody form = new FormBody();
    add(form, "request", file);
    attachments.forEach(attachment -> add(form, "file", attachment));
    return client.post("migrations", ticket, form.type(), form.publisher(), key);
  }

  private static void add(FormBody form, String field, Path file) {
    try {
      form.add(field, file);
    } catch (FileNotFoundException e) {
      throw unreadable(file, e);
    }
  }

  private static RequestRejected unreadable(Path file, IOException failure) {
    return new RequestRejected(
        new Problem(
            Where.file(file),
            "it cannot be read (" + failure.getClass().getSimpleName() + ")",
            Owner.US,
            "Check that this user may read it."));
  }
}
