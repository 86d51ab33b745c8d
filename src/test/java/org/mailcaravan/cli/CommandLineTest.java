package org.mailcaravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.intake.CsvTemplate;
import org.mailcaravan.model.CheckResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.VerifyResult;
import org.mailcaravan.model.Where;
import org.mailcaravan.report.Results;
import picocli.CommandLine.Command;

/** What the commands make of what the program behind them answers; the program itself is played. */
class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> calls = new ArrayList<>();
  private Launcher.@Nullable Options started;
  private Consumer<Progress> atStart = progress -> {};
  private MigrationResult migrated = Results.of(MailboxState.COPIED, false);
  private Terminal terminal = terminal(false, false);
  private CheckResult checked = Results.check(true);
  private VerifyResult verified = Results.verification(true);
  private @Nullable RuntimeException failure;

  private Path folder = Path.of("");
  private Path file = folder;

  @BeforeEach
  void writeRequest(@TempDir Path temporary) throws IOException {
    folder = temporary;
    file = Files.writeString(folder.resolve("@list.csv"), CsvTemplate.text());
  }

  @AfterEach
  void restoreLogging() {
    Logging.service();
  }

  @ParameterizedTest
  @CsvSource({
    "COPIED, false, 0",
    "COPIED, true, 3",
    "INCOMPLETE, false, 3",
    "BLOCKED, false, 3",
    "FAULT, false, 1",
    "FAULT, true, 1"
  })
  void migrateTellsByItsExitCodeWhatBecameOfTheFile(
      MailboxState state, boolean rejected, int code) {
    migrated = Results.of(state, rejected);
    assertThat(execute("migrate", file.toString())).isEqualTo(code);
    assertThat(out.toString()).startsWith("Mailbox ").contains("The report is in /reports/b1");
    assertThat(calls).containsExactly("start", "migrate @list.csv", "close");
  }

  @ParameterizedTest
  @CsvSource({"true, 0", "false, 3"})
  void checkTellsByItsExitCodeWhetherAllIsGood(boolean good, int code) {
    checked = Results.check(good);
    assertThat(execute("check", file.toString())).isEqualTo(code);
    assertThat(out.toString()).containsPattern("(?m)^Mailbox ").endsWith("Nothing was copied.\n");
    assertThat(options().mode()).isEqualTo(Launcher.Mode.CHECK);
  }

  /** On a terminal the progress has said it just above. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void checkTellsOnceHowTheRequestWasRead(boolean toFile) {
    checked = Results.check(false);
    terminal = terminal(true, !toFile);
    assertThat(execute("check", file.toString())).isEqualTo(3);
    assertThat(out.toString()).startsWith(toFile ? "Read as CSV of Microsoft 365" : "\nMailbox ");
  }

  /** Both outputs may go into one pipe. */
  @ParameterizedTest
  @CsvSource({"check, true, true", "check, false, false", "verify, false, true"})
  void theProgressTellsHowTheRequestWasReadWhereTheResultDoesNot(
      String command, boolean redraws, boolean isTold) {
    checked = Results.check(true);
    verified = Results.verification(true);
    terminal = terminal(redraws, redraws);
    atStart = progress -> progress.migrationOpened(Results.check(false).migration());

    execute(command, file.toString());

    assertThat(err.toString().contains("Read as CSV of Microsoft 365")).isEqualTo(isTold);
  }

  @ParameterizedTest
  @CsvSource({"true, 0", "false, 3"})
  void verifyTellsByItsExitCodeWhetherAllIsComplete(boolean good, int code) {
    verified = Results.verification(good);
    assertThat(execute("verify", file.toString())).isEqualTo(code);
    assertThat(out.toString())
        .startsWith("Mailbox ")
        .endsWith("The certificates are in /reports/b1-verified\n");
    assertThat(options().mode()).isEqualTo(Launcher.Mode.VERIFY);
    assertThat(execute("verify", "--deep", file.toString())).isEqualTo(code);
    assertThat(calls).contains("verify @list.csv", "verify deep @list.csv");
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "verify"})
  void aFaultOfOursInOneMailboxIsTheExitCode(String command) {
    checked = Results.checkWithFault();
    verified = Results.verificationWithFault();
    assertThat(execute(command, file.toString())).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"migrate", "check", "verify"})
  void jsonLeavesNothingElseOnStandardOutput(String command) throws IOException {
    assertThat(execute(command, "--json", file.toString())).isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).get("format").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"migrate", "check", "verify"})
  void aRejectedRequestIsExplainedAndNothingWasStarted(String command) throws IOException {
    failure =
        new RequestRejected(
            new Problem(
                Where.line("list.csv", 1), "there is no header", Owner.CUSTOMER, "Add one."));
    assertThat(execute(command, file.toString())).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .isEqualTo(
            "list.csv line 1: there is no header\n  To be fixed by the customer: Add one.\n");

    assertThat(execute(command, file.toString(), "--json")).isEqualTo(2);
    assertThat(new ObjectMapper().readTree(out.toString()).at("/error/cause").asText())
        .isEqualTo("there is no header");
  }

  @Test
  void aFaultOfOursIsOne() throws IOException {
    failure = new IllegalStateException("boom");
    assertThat(execute("migrate", "--json", file.toString())).isEqualTo(1);
    assertThat(new ObjectMapper().readTree(out.toString()).at("/error/owner").asText())
        .isEqualTo("us");
    assertThat(err.toString()).contains("failed unexpectedly (IllegalStateException)");
  }

  @Test
  void aMissingFileIsFoundBeforeAnythingStarts() {
    assertThat(execute("migrate", folder.resolve("none.csv").toString())).isEqualTo(2);
    assertThat(execute("check", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("there is no such file").contains("it is not a file");
    assertThat(calls).isEmpty();
  }

  @Test
  void optionsReachTheProgram() {
    assertThat(
            execute(
                "migrate",
                "--data",
                "d",
                "--config",
                "c",
                "--set",
                "a.b=x=y ",
                "--set=e=",
                "--set",
                "a.c=1",
                "--set",
                "a.c=2",
                file.toString()))
        .isZero();
    assertThat(options().data()).isEqualTo(Path.of("d"));
    assertThat(options().config()).isEqualTo(Path.of("c"));
    assertThat(options().overrides()).isEqualTo(Map.of("a.b", "x=y ", "e", "", "a.c", "2"));
    assertThat(options().mode()).isEqualTo(Launcher.Mode.MIGRATE);
  }

  @Test
  void wrongUsageIsTwoAndNeverRepeatsWhatMayBeAPassword() {
    String path = file.toString();
    for (String[] arguments :
        List.of(
            new String[] {"migrate"},
            new String[] {"migrate", "--set", "hunter2", path},
            new String[] {"migrate", "--set", "=hunter2", path},
            new String[] {"migrate", "--set", "a.b=x", "hunter2", path},
            new String[] {"migrate", "--password=hunter2", path},
            new String[] {"check", "--jsno", path},
            new String[] {"run", path},
            new String[] {"migrat", path})) {
      err.getBuffer().setLength(0);
      assertThat(execute(arguments)).as(String.join(" ", arguments)).isEqualTo(2);
      assertThat(err.toString()).isNotBlank().doesNotContain("hunter2").contains("--help");
    }
    assertThat(calls).isEmpty();
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void withoutACommandTheUsageIsShown() {
    assertThat(execute()).isEqualTo(2);
    assertThat(err.toString()).contains("migrate").contains("template").contains("extra");
    assertThat(execute("--help")).isZero();
    assertThat(out.toString()).contains("Usage: mailcaravan").contains("Exit codes: 0 all arrived");
    assertThat(execute("migrate", "--help")).isZero();
    assertThat(out.toString()).contains("--set=KEY=VALUE").contains("FILE");
  }

  /** As for settings that are unknown. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          routes chek             | Unknown command: chek; the nearest known name is "check"
          routes nothing          | Unknown command: nothing
          ext ad a:b:1            | Unknown command: ad; the nearest known name is "add"
          statsu                  | Unknown command: statsu; the nearest known name is "status"
          help statsu             | Unknown command: statsu; the nearest known name is "status"
          routes check --jsn      | Unknown option: --jsn; the nearest known name is "--json"
          check a --jsno=hunter2  | Unknown option: --jsno; the nearest known name is "--json"
          --versoin               | Unknown option: --versoin; the nearest known name is "--version"
          routes check -q         | Unknown option: -q
          """)
  void theNearestNameOfAnUnknownCommandOrOptionIsTold(String arguments, String told) {
    assertThat(execute(arguments.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString().lines().findFirst()).hasValue(told);
  }

  /** One command alone is read where it is named; the others are known all the same. */
  @Test
  void theNamesOfTheCommandsAreThoseOfTheirAnnotations() {
    MailCaravanCommand.commandLine(this::start, "", new Extra())
        .getSubcommands()
        .forEach(
            (name, command) ->
                assertThat(command.getCommand().getClass().getAnnotation(Command.class).name())
                    .isEqualTo(name));
    assertThat(MailCaravanCommand.execute(new String[] {"extra"}, this::start, "", new Extra()))
        .isZero();
    assertThat(
            MailCaravanCommand.execute(
                new String[] {"migrate", "--jsno", file.toString()}, this::start, ""))
        .isEqualTo(2);
  }

  @Test
  void versionAndTemplate() {
    assertThat(execute("--version")).isZero();
    assertThat(out.toString()).matches("Mail Caravan \\d+\\.\\d+\\.\\d+\\S* \\(Java \\d+\\)\n");
    assertThat(execute("template")).isZero();
    assertThat(out.toString()).isEqualTo(CsvTemplate.text());
  }

  private Launcher.Options options() {
    Launcher.Options options = started;
    if (options == null) {
      throw new AssertionError("nothing was started");
    }
    return options;
  }

  private Terminal terminal(boolean redraws, boolean outRedraws) {
    return new Terminal(
        new PrintWriter(out), new PrintWriter(err), redraws, outRedraws, 80, 24, false);
  }

  private int execute(String... arguments) {
    out.getBuffer().setLength(0);
    return MailCaravanCommand.commandLine(terminal, this::start, CsvTemplate.text(), new Extra())
        .execute(arguments);
  }

  @Command(name = "extra")
  private static final class Extra implements Runnable {
    @Override
    public void run() {}
  }

  private Launcher.Running start(Launcher.Options options) {
    calls.add("start");
    started = options;
    atStart.accept(options.progress());
    return new Launcher.Running() {
      @Override
      public MigrationResult migrate(Path request) {
        calls.add("migrate " + request.getFileName());
        failIfWanted();
        return migrated;
      }

      @Override
      public CheckResult check(Path request) {
        failIfWanted();
        return checked;
      }

      @Override
      public VerifyResult verify(Path request, boolean deep) {
        calls.add((deep ? "verify deep " : "verify ") + request.getFileName());
        failIfWanted();
        return verified;
      }

      @Override
      public Launcher.Stopping stop() {
        return new Launcher.Stopping(List.of(), Duration.ZERO);
      }

      @Override
      public Path dropFolder() {
        return folder;
      }

      @Override
      public void awaitStop() {}

      @Override
      public void close() {
        calls.add("close");
      }
    };
  }

  private void failIfWanted() {
    if (failure != null) {
      throw failure;
    }
  }
}
