package org.mailcaravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.demo.DemoDesk;
import org.mailcaravan.model.CheckResult;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.VerifyResult;
import picocli.CommandLine;

class DemoCommandTest {
  @TempDir Path data;

  @Test
  void aProgramThatMovesNothingFailsTheDemo() {
    StringWriter out = new StringWriter();
    assertThat(demo(out)).isEqualTo(1);
    assertThat(out.toString())
        .contains("WRONG: ali@caravan.example was not copied")
        .contains("WRONG: line 6 of the request was not rejected")
        .contains("WRONG: 0 messages are at the new server")
        .contains("  | Your password is new+home;1.")
        .contains("WRONG: the answer does not name gina@caravan.example")
        .contains("WRONG: there is a password in the answer")
        .contains("WRONG: the mail with its passwords is still in the support mailbox")
        .contains("The demo FAILED");
  }

  @Test
  void whatItWroteStaysUntilTheNextDemo() throws Exception {
    demo(new StringWriter());
    Path written = data.resolve("demo/drop");
    assertThat(written).isDirectory();
    Path old = Files.writeString(data.resolve("demo/old"), "");
    demo(new StringWriter());
    assertThat(old).doesNotExist();
    assertThat(written).isDirectory();
  }

  @Test
  void aFolderThatIsNotItsOwnStaysAsItIs() throws Exception {
    Files.createDirectories(data.resolve("demo"));
    Path precious = Files.writeString(data.resolve("demo/precious"), "");
    StringWriter out = new StringWriter();
    assertThat(demo(out)).isEqualTo(2);
    assertThat(precious).exists();
    assertThat(out.toString()).contains("not from a demo").contains("--data");
  }

  @Test
  void twoDemosDoNotShareAFolder() throws Exception {
    try (DemoFolder running = DemoFolder.in(data)) {
      Path held = Files.writeString(running.path().resolve("held"), "");
      StringWriter out = new StringWriter();
      assertThat(demo(out)).isEqualTo(2);
      assertThat(out.toString()).contains("in use");
      assertThat(held).exists();
    }
  }

  /** Runs the demo on a program that moves nothing; returns its exit code. */
  private int demo(StringWriter written) {
    PrintWriter out = new PrintWriter(written);
    Terminal terminal = Terminal.of(out, out, false, Map.of());
    return new CommandLine(new DemoCommand(Idle::new, terminal))
        .setExecutionExceptionHandler(new Failures(terminal))
        .execute("--data", data.toString());
  }

  /** Says that two empty migrations ended, and answers the mail with a password. */
  private static final class Idle implements Launcher.Running {
    private final Path drop;
    private final CompletableFuture<Void> ending;

    Idle(Launcher.Options options) {
      assertThat(options.mode()).isEqualTo(Launcher.Mode.SERVICE);
      // That of the installation names receivers whom a demo must tell nothing.
      assertThat(options.config()).isDirectoryContaining("glob:**/application.properties");
      assertThat(Objects.requireNonNull(options.config()).resolve("application.properties"))
          .isEmptyFile();
      drop = Path.of(String.valueOf(options.overrides().get("drop.folder")));
      ending =
          CompletableFuture.runAsync(
              () -> {
                Path request = drop.resolve("demo.csv");
                Awaitility.await().until(() -> Files.exists(request));
                answer(Integer.parseInt(options.overrides().get("smtp.port")));
                for (String name : List.of("demo.csv", "Please move my mailbox")) {
                  Migration migration =
                      new Migration(name, name, Instant.EPOCH, List.of(), List.of());
                  options
                      .progress()
                      .migrationFinished(
                          new MigrationResult(migration, Instant.EPOCH, List.of(), drop));
                }
              });
    }

    private static void answer(int port) {
      GreenMailUtil.sendTextEmail(
          DemoDesk.CUSTOMER,
          "support@caravan.example",
          "Re: Please move my mailbox",
          "Your password is new+home;1.",
          new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
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
    public Launcher.Stopping stop() {
      return new Launcher.Stopping(List.of(), Duration.ZERO);
    }

    @Override
    public Path dropFolder() {
      return drop;
    }

    @Override
    public void awaitStop() {}

    @Override
    public void close() {
      ending.join();
    }
  }
}
