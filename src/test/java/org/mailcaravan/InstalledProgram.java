package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * The program as it is installed, made of what the build compiled: each command is a process of its
 * own. {@link Installation} runs in the JVM of the test, which is faster and can be looked into.
 */
class InstalledProgram implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What a command came to. */
  record Run(int exit, String out, String err) {}

  /**
   * Options of Java for a run of seconds, in which its second compiler and a small heap take more
   * processor time than they save.
   */
  static final String SHORT_RUN = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private final Path home;
  private String options = SHORT_RUN;
  private @Nullable Process service;

  /**
   * Installs it.
   *
   * @param home an empty folder
   */
  InstalledProgram(Path home) throws IOException {
    this.home = home;
    copyProgram(home);
    InstalledLibraries.linkInto(home);
    // Others may run on this machine.
    // No test asks the DNS of this machine.
    set(Map.of("api.port", "0", "source.discovery", "off"));
  }

  /** All but the libraries. */
  static void copyProgram(Path home) throws IOException {
    for (String folder : List.of("bin", "routes", "config")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        for (Path file : files.toList()) {
          Files.copy(file, home.resolve(file));
        }
      }
    }
  }

  /** Has Java run with the options that the start script has for it: where memory counts. */
  InstalledProgram asShipped() {
    options = "";
    return this;
  }

  Path home() {
    return home;
  }

  /** Sets properties in the configuration; those that it does not have are added. */
  void set(Map<String, String> properties) throws IOException {
    Path file = home.resolve("config/application.properties");
    String text = Files.readString(file);
    for (Map.Entry<String, String> property : properties.entrySet()) {
      String line = property.getKey() + "=" + property.getValue();
      String replaced = text.replaceFirst("(?m)^#?" + property.getKey() + "=.*$", line);
      text = replaced.contains(line) ? replaced : text + "\n" + line + "\n";
    }
    Files.writeString(file, text);
  }

  /** Replaces text in a route file. */
  void changeRoute(String file, String pattern, String replacement) throws IOException {
    Path path = home.resolve("routes").resolve(file);
    String text = Files.readString(path);
    String changed = text.replaceFirst(pattern, replacement);
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(path, changed);
  }

  /**
   * Starts a command in the folder of the installation, as a person would.
   *
   * @param name its output goes to files of this name
   */
  Process start(String command, String name) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", command)
            .directory(home.toFile())
            .redirectOutput(home.resolve(name + ".out").toFile())
            .redirectError(home.resolve(name + ".err").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_OPTS", options);
    return builder.start();
  }

  /** Runs a command to its end. */
  Run run(String command) throws Exception {
    return ended(start(command, "run"), "run");
  }

  /** Waits for the end of what was started under a name; it may have been killed. */
  Run ended(Process process, String name) throws Exception {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("It did not end:\n" + read(name + ".out") + read(name + ".err"));
    }
    return new Run(process.exitValue(), read(name + ".out"), read(name + ".err"));
  }

  /** Starts the service, and returns when it watches. */
  void startService(String command) throws IOException {
    Process process = start("exec " + command, "service");
    service = process;
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> read("service.out").contains("watching") || !process.isAlive());
    assertThat(process.isAlive()).as(read("service.out") + read("service.err")).isTrue();
  }

  /** The most memory (RSS) that the service had at once until now, in KiB. */
  long serviceHighWaterKibi() throws IOException {
    Process process = Objects.requireNonNull(service);
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  /** Tells the service to stop, if it runs, and sees it end well. */
  void stopService() throws Exception {
    Process process = service;
    if (process != null) {
      process.destroy();
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(read("service.out") + read("service.err")).isZero();
      service = null;
    }
  }

  private String read(String name) {
    try {
      return Files.readString(home.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills the service, if it still runs. */
  @Override
  public void close() {
    Process process = service;
    if (process != null) {
      process.destroyForcibly();
    }
    try {
      InstalledLibraries.unlinkFrom(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
