package org.mailcaravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mailcaravan.model.CheckResult;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.VerifyResult;

/** A real process that is told to stop. */
class ServiceStopTest {
  @Test
  @Timeout(60)
  void aServiceToldToStopEndsWithZeroWhenItsWorkIsDone() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Service.class.getName(),
                "run")
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.readLine()).contains("INFO").endsWith("watching /drop");
      // Process.destroy would close our end of its output, too.
      assertThat(process.toHandle().destroy()).isTrue();
      assertThat(lines.lines()).last().asString().endsWith("stopped");
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  /** As the root does it: awaits a shutdown hook. */
  static final class Service implements Launcher.Running {
    private final CountDownLatch stop = new CountDownLatch(1);

    public static void main(String[] arguments) {
      System.exit(MailCaravanCommand.commandLine(options -> new Service(), "").execute(arguments));
    }

    private Service() {
      Runtime.getRuntime().addShutdownHook(new Thread(stop::countDown));
    }

    @Override
    public void awaitStop() throws InterruptedException {
      stop.await();
    }

    @Override
    public Launcher.Stopping stop() {
      return new Launcher.Stopping(List.of(), Duration.ZERO);
    }

    @Override
    public Path dropFolder() {
      return Path.of("/drop");
    }

    @Override
    public MigrationResult migrate(Path file) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CheckResult check(Path file) {
      throw new UnsupportedOperationException();
    }

    @Override
    public VerifyResult verify(Path file, boolean deep) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
