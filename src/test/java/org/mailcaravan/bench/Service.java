package org.mailcaravan.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** {@code bin/mailcaravan run} with a drop folder of its own. Ended by its process id. */
final class Service implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration LOOK = Duration.ofMillis(20);

  private final Process process;
  private final Path home;
  private final Set<Path> ended = new HashSet<>();
  private Duration cpu = Duration.ZERO;

  private Service(Process process, Path home) {
    this.process = process;
    this.home = home;
  }

  /**
   * Starts it, and returns when it watches.
   *
   * @param home an empty folder for all that it keeps
   */
  static Service start(String program, Path home, Map<String, String> settings) throws IOException {
    List<String> command = new ArrayList<>(List.of(program + "/bin/mailcaravan", "run"));
    command.addAll(List.of("--data", home.resolve("data").toString()));
    command.addAll(List.of("--set", "drop.folder=" + Files.createDirectory(home.resolve("drop"))));
    command.addAll(List.of("--set", "drop.poll-millis=50", "--set", "api.port=0"));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    Path log = home.resolve("service.log");
    // The script becomes Java: the process is the service itself.
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Service service = new Service(process, home);
    service.await(() -> Files.readString(log).contains("watching"));
    return service;
  }

  /** Drops a request, and waits for its report. */
  Timed pass(Path request) throws IOException {
    Path part = home.resolve("drop").resolve("request.csv.part");
    Files.copy(request, part);
    Files.move(part, home.resolve("drop/request.csv"), StandardCopyOption.ATOMIC_MOVE);
    await(() -> !reports().isEmpty());
    Path report = reports().get(0);
    ended.add(report);
    JsonNode result = new ObjectMapper().readTree(report.resolve("report.json").toFile());
    if (!result.get("allArrived").asBoolean()) {
      throw new IllegalStateException(result.toPrettyString());
    }
    Duration before = cpu;
    cpu = process.info().totalCpuDuration().orElseThrow();
    return new Timed(seconds(result), cpu.minus(before).toMillis() / 1e3, peakMegabytes());
  }

  /** Of the mailbox's pass, or of the batch when there are several. */
  private static double seconds(JsonNode result) {
    if (result.get("mailboxes").size() == 1) {
      return result.at("/mailboxes/0/seconds").asDouble();
    }
    Instant started = Instant.parse(result.get("started").asText());
    Instant finished = Instant.parse(result.get("finished").asText());
    return Duration.between(started, finished).toMillis() / 1e3;
  }

  /** The folders of batches that have ended since the last look; report.txt is written last. */
  private List<Path> reports() throws IOException {
    Path folder = home.resolve("data/reports");
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(folder)) {
      return folders
          .filter(report -> !ended.contains(report) && Files.exists(report.resolve("report.txt")))
          .toList();
    }
  }

  private double peakMegabytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private void await(Condition condition) throws IOException {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(LOOK)
        .until(() -> condition.holds() || !process.isAlive());
    if (!process.isAlive()) {
      throw new IllegalStateException(Files.readString(home.resolve("service.log")));
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
