package org.mailcaravan.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mailcaravan}, the top-level command. */
@Command(
    name = "mailcaravan",
    mixinStandardHelpOptions = true,
    versionProvider = MailCaravanCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Moves mailboxes from one IMAP server to another, exactly.",
    footer = {
      "",
      "Exit codes: 0 all arrived; 1 a fault of ours; 2 wrong usage, configuration or input,",
      "nothing started; 3 finished, but some row or mailbox needs attention;",
      "4 no service answers; 130 interrupted by Ctrl-C; 143 stopped by SIGTERM."
    })
public final class MailCaravanCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private @Nullable CommandSpec spec;

  private MailCaravanCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * The command line on the terminal of this process. {@link CommandLine#execute} returns the exit
   * code.
   *
   * @param template what {@code mailcaravan template} prints
   * @param further more commands, with annotations of picocli
   */
  public static CommandLine commandLine(Launcher launcher, String template, Object... further) {
    return commandLine(Terminal.system(), launcher, template, further);
  }

  static CommandLine commandLine(
      Terminal terminal, Launcher launcher, String template, Object... further) {
    return commandLine(terminal, launcher, template, Clock.systemUTC(), further);
  }

  static CommandLine commandLine(
      Terminal terminal, Launcher launcher, String template, Clock clock, Object... further) {
    CommandLine commandLine =
        new CommandLine(new MailCaravanCommand(terminal))
            .addSubcommand(new RunCommand(launcher))
            .addSubcommand(new MigrateCommand(launcher, terminal, clock))
            .addSubcommand(new CheckCommand(launcher, terminal))
            .addSubcommand(new VerifyCommand(launcher, terminal))
            .addSubcommand(new TemplateCommand(template, terminal))
            .addSubcommand(new SubmitCommand(launcher, terminal))
            .addSubcommand(new StatusCommand(launcher, terminal, clock))
            .addSubcommand(new ShowCommand(launcher, terminal, clock))
            .addSubcommand(new PasswordCommand(launcher, terminal))
            .addSubcommand(new SteerCommand.Pause(launcher, terminal))
            .addSubcommand(new SteerCommand.Resume(launcher, terminal))
            .addSubcommand(new SteerCommand.Cancel(launcher, terminal))
            .addSubcommand(new SteerCommand.Retry(launcher, terminal))
            .addSubcommand(new HostsCommand(launcher, terminal, clock))
            .addSubcommand(new ReportCommand(launcher, terminal))
            .addSubcommand(new CommandLine.HelpCommand());
    for (Object command : further) {
      commandLine.addSubcommand(command);
    }
    Failures failures = new Failures(terminal);
    return commandLine
        .setOut(terminal.out())
        .setErr(terminal.err())
        // A file may be called "@list.csv".
        .setExpandAtFiles(false)
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(Math.max(80, Math.min(110, terminal.width())))
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(
                terminal.colour() ? CommandLine.Help.Ansi.AUTO : CommandLine.Help.Ansi.OFF))
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures);
  }

  /** Prints the help text when there is no command. */
  @Override
  public Integer call() {
    Objects.requireNonNull(spec).commandLine().usage(terminal.err());
    return ExitCode.REJECTED;
  }

  /** The version of the build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      try (InputStream in = MailCaravanCommand.class.getResourceAsStream("version.txt")) {
        if (in == null) {
          throw new IOException("version.txt is missing from the program");
        }
        String version = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        return new String[] {
          "Mail Caravan " + version + " (Java " + Runtime.version().feature() + ")"
        };
      }
    }
  }
}
