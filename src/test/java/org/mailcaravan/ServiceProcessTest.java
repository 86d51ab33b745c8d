package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.demo.Demo;
import org.mailcaravan.server.Gate;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.Proxy;

/** "bin/mailcaravan run" as a service manager sees it: a process that gets SIGTERM. */
@Lengthy
class ServiceProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path temp = Path.of("");
  private @Nullable InstalledProgram installed;
  private Path home = Path.of("");
  private Path log = Path.of("");

  @BeforeEach
  void install() throws IOException {
    installed = new InstalledProgram(Files.createDirectory(temp.resolve("home")));
    home = installed.home();
    log = temp.resolve("log");
  }

  @AfterEach
  void remove() {
    if (installed != null) {
      installed.close();
    }
  }

  @Test
  @Timeout(300)
  void aStopInMidPassGivesItBackAndTheNextStartBringsAll() throws Exception {
    Path drop = temp.resolve("drop");
    Gate gate = new Gate(300_000);
    try (Demo demo = new Demo();
        Proxy proxy = new Proxy(demo.source().port(), Proxy.OPEN, gate)) {
      Process service = run(demo, drop);
      try {
        await(() -> logged().contains("watching " + drop));
        assertThat(service.info().command().orElse("")).as("after exec").endsWith("java");
        dropThrough(proxy, demo, drop);
        await(gate::holding);

        // Process.destroy would close our end of its output, too.
        assertThat(service.toHandle().destroy()).isTrue();
        await(() -> logged().contains("stopping; running passes end at their next batch"));
        assertThat(service.isAlive()).isTrue();
        assertThat(reports()).as("it has not ended").isEmpty();

        gate.open();
        assertThat(service.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(service.exitValue()).as(logged()).isZero();
        assertThat(logged()).endsWith("stopped\n").doesNotContain(" ERROR ");
      } finally {
        service.destroyForcibly();
      }

      Process again = run(demo, drop);
      try {
        await(() -> reports().size() == 1);
        assertThat(demo.compare().differences()).isEmpty();
        assertThat(demo.compare().same()).isTrue();
        again.toHandle().destroy();
        assertThat(again.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(logged()).endsWith("stopped\n").doesNotContain(" ERROR ");
      } finally {
        again.destroyForcibly();
      }
    }
  }

  @Test
  @Timeout(300)
  void anIdleServiceStopsAtOnce() throws Exception {
    Path drop = temp.resolve("drop");
    try (Demo demo = new Demo()) {
      Process service = run(demo, drop);
      try {
        await(() -> logged().contains("watching " + drop));
        service.toHandle().destroy();
        assertThat(service.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(service.exitValue()).as(logged()).isZero();
      } finally {
        service.destroyForcibly();
      }
    }
  }

  private Process run(Demo demo, Path drop) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", home.resolve("bin/mailcaravan").toString(), "run"));
    command.addAll(List.of("--data", temp.resolve("data").toString()));
    demo.properties(drop)
        .forEach((name, value) -> command.addAll(List.of("--set", name + "=" + value)));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("MAILCARAVAN_LOG", "INFO");
    builder.environment().put("JAVA_OPTS", InstalledProgram.SHORT_RUN);
    return builder.start();
  }

  /** Drops the demo's request, changed so that the old provider is reached through the proxy. */
  private void dropThrough(Proxy proxy, Demo demo, Path drop) throws IOException {
    Path request = demo.drop(Files.createDirectories(temp.resolve("written")));
    String text = Files.readString(request);
    String changed = text.replace("," + demo.source().port() + ",", "," + proxy.port() + ",");
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(request, changed);
    // The service makes the folder when it first looks there.
    Files.createDirectories(drop);
    Files.move(request, drop.resolve(Demo.REQUEST), StandardCopyOption.ATOMIC_MOVE);
  }

  private List<Path> reports() throws IOException {
    Path folder = temp.resolve("data").resolve("reports");
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith("report.json")).toList();
    }
  }

  private String logged() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(condition.call()).as(() -> logged()).isTrue());
  }
}
