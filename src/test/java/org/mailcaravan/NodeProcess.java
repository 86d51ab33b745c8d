package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.server.PostgresServer;

/**
 * A node: the installed program, run as a service, alone or on a PostgreSQL that others share. Each
 * has a data folder and a drop folder of its own, and the same secret key. It can be killed,
 * frozen, stopped, and started again. For one thread.
 */
final class NodeProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int KILLED = 128 + 9;

  private static final String RUN =
      "exec env MAILCARAVAN_SECRET_KEY=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
          + " MAILCARAVAN_LOG=INFO JAVA_OPTS='"
          + InstalledProgram.SHORT_RUN
          + "' bin/mailcaravan run";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final InstalledProgram program;
  private int starts;
  private @Nullable Process process;

  /**
   * Installs it; it does not run yet.
   *
   * @param home an empty folder
   * @param database a URL of PostgreSQL, or null for a database of its own
   * @param settings more properties, such as where the new server is
   */
  NodeProcess(Path home, String name, @Nullable String database, Map<String, String> settings)
      throws IOException {
    this.name = name;
    program = new InstalledProgram(home);
    Files.createDirectory(drop());
    program.set(
        Map.of(
            "destination.host", "127.0.0.1",
            "destination.security", "none",
            "source.allowed-hosts", "127.0.0.1",
            "source.insecure-hosts", "127.0.0.1",
            "drop.poll-millis", "50",
            "node.name", name,
            "node.lease-seconds", "5",
            "retry.delay-millis", "50"));
    if (database != null) {
      program.set(Map.of("database.url", database, "database.username", PostgresServer.USER));
    }
    program.set(settings);
  }

  String name() {
    return name;
  }

  InstalledProgram program() {
    return program;
  }

  private Path drop() {
    return program.home().resolve("drop");
  }

  /** Starts it, and does not wait. */
  void launch() {
    starts++;
    try {
      process = program.start(RUN, file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it takes requests. */
  NodeProcess awaitStarted() {
    Process started = process();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> log().contains("watching") || !started.isAlive());
    assertThat(started.isAlive()).as(log()).isTrue();
    return this;
  }

  /** Starts it, and waits until it takes requests. */
  void start() {
    launch();
    awaitStarted();
  }

  /** Puts a request into its drop folder, whole. */
  void submit(String fileName, String rows) throws IOException {
    Path written = Files.writeString(program.home().resolve(fileName), rows);
    Files.move(written, drop().resolve(fileName), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Ends it at once, as a power cut would. */
  void kill() throws InterruptedException {
    Process running = process();
    running.destroyForcibly();
    assertThat(running.waitFor()).as(log()).isEqualTo(KILLED);
  }

  /** Lets it stand still until {@link #thaw}. */
  void freeze() throws Exception {
    signal("STOP");
  }

  void thaw() throws Exception {
    signal("CONT");
  }

  /** Tells it to stop, and does not wait. */
  void tellToStop() throws Exception {
    signal("TERM");
  }

  /** Waits for the end of one that was told to stop, and sees that it ended well. */
  void awaitStopped(Duration most) throws InterruptedException {
    assertThat(process().waitFor(most.toMillis(), TimeUnit.MILLISECONDS)).as(log()).isTrue();
    assertThat(process().exitValue()).as(log()).isZero();
  }

  private void signal(String signal) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process().pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  boolean isAlive() {
    return process().isAlive();
  }

  private Process process() {
    return Objects.requireNonNull(process);
  }

  private String file() {
    return "run-" + starts;
  }

  /** What it has logged since its last start. */
  String log() {
    try {
      return Files.readString(program.home().resolve(file() + ".out"))
          + Files.readString(program.home().resolve(file() + ".err"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The reports that it has written: report.json of each migration. */
  List<Path> reports() {
    Path folder = program.home().resolve("data/reports");
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith("report.json")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What its API answers to a GET below {@code /api/v1/}. */
  JsonNode get(String path) throws Exception {
    Path data = program.home().resolve("data");
    String url = JSON.readTree(Files.readString(data.resolve("service.json"))).at("/url").asText();
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url + "/api/v1/" + path))
                    .header(
                        "Authorization",
                        "Bearer " + Files.readString(data.resolve("api.token")).strip())
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  /** All that has happened, in its order. */
  List<JsonNode> events() throws Exception {
    List<JsonNode> events = new ArrayList<>();
    long after = 0;
    while (after >= 0) {
      JsonNode page = get("events?limit=1000&after=" + after);
      page.at("/events").forEach(events::add);
      after = page.at("/next_after").asLong(-1);
    }
    return events;
  }

  /** Kills it, if it runs. */
  @Override
  public void close() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly().onExit().join();
    }
  }
}
