package org.mailcaravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.mailcaravan.cli.client.Answers;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.status.MigrationHistory;
import org.mailcaravan.model.status.MigrationStatus;
import org.mailcaravan.report.Amounts;
import org.mailcaravan.report.HistoryText;
import org.mailcaravan.report.ResultJson;
import org.mailcaravan.report.TextWidth;

/**
 * {@code migrate} where a service runs on the data folder: the service migrates, and this process
 * follows it and prints the result.
 */
final class HandedOver {
  private final Terminal terminal;
  private final Clock clock;
  private final Supplier<ServiceClient> place;
  private final FollowedService service;

  /**
   * @param place looks for the service anew: after a restart it may have another address
   */
  HandedOver(Terminal terminal, Clock clock, Supplier<ServiceClient> place) {
    this.terminal = terminal;
    this.clock = clock;
    this.place = place;
    this.service = new FollowedService(clock, place);
  }

  /**
   * Gives the file to the service, and waits for the end.
   *
   * @param json whether to print the result as JSON
   * @return the exit code
   */
  int migrate(Path file, boolean json) throws InterruptedException {
    ServiceClient client = place.get();
    HandOver.Accepted accepted = new HandOver(client).give(file, List.of(), "");
    String id = TextWidth.tame(accepted.id());
    say(
        "The service at %s runs it as migration %s: %s"
            .formatted(
                client.place().url(),
                id,
                Amounts.count(accepted.mailboxes(), "mailbox", "mailboxes")));
    if (accepted.sent()) {
      say(
          "The service cannot read the file itself, so it does not find contacts and calendars beside it.");
    }
    AtomicBoolean ended = new AtomicBoolean();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted(id, ended), "left"));
    MigrationStatus migration;
    try {
      migration = new MigrationFollow(terminal, service, accepted.id()).untilEnded();
    } finally {
      ended.set(true);
    }
    print(accepted.id(), json);
    return exitCode(migration);
  }

  private void interrupted(String id, AtomicBoolean ended) {
    if (!ended.get()) {
      say(
          "The service goes on with it. \"mailcaravan status %s --watch\" follows it, \"mailcaravan cancel %s\" stops it."
              .formatted(id, id));
    }
  }

  private void say(String line) {
    terminal.err().println(line);
    terminal.err().flush();
  }

  /** The report as the service wrote it; its history where this user cannot read the report. */
  private void print(String id, boolean json) throws InterruptedException {
    PrintWriter out = terminal.out();
    JsonNode report;
    try {
      report = get("migrations", id, "report");
    } catch (RequestRejected e) {
      // Another node has it.
      JsonNode history = get("migrations", id);
      out.print(json ? ResultJson.text(history) : text(history));
      out.flush();
      return;
    }
    if (json) {
      out.print(ResultJson.text(report));
    } else {
      Path written = Path.of(report.path("reportFolder").asText(), "report.txt");
      try {
        out.print(Files.readString(written));
      } catch (IOException e) {
        out.print(text(get("migrations", id)));
      }
    }
    out.flush();
  }

  private JsonNode get(String... path) throws InterruptedException {
    return service.askPatiently(client -> client.get(ServiceClient.path(path)));
  }

  private String text(JsonNode history) {
    return HistoryText.of(
        Answers.read(history, MigrationHistory.class), terminal.width(), clock.instant());
  }

  private static int exitCode(MigrationStatus migration) {
    if (migration.mailboxes().getOrDefault("fault", 0L) > 0) {
      return ExitCode.FAULT;
    }
    return migration.state().equals("ended") ? ExitCode.DONE : ExitCode.ATTENTION;
  }
}
