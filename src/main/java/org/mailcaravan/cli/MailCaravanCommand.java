package org.mailcaravan.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
  private static final String HELP = "help";

  private final Terminal terminal;

  @Spec private @Nullable CommandSpec spec;

  private MailCaravanCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Runs one command on the terminal of this process.
   *
   * @param template what {@code mailcaravan template} prints
   * @param further more commands, with annotations of picocli
   * @return the exit code
   */
  public static int execute(
      String[] arguments, Launcher launcher, String template, Object... further) {
    String first = arguments.length == 0 ? "" : arguments[0];
    Map<String, Supplier<?>> all =
        commands(Terminal.system(), launcher, template, Clock.systemUTC(), further);
    // To read the annotations of all commands takes longer than to look up one.
    boolean alone = all.containsKey(first) && !first.equals(HELP);
    return commandLine(
            Terminal.system(), alone ? Map.of(first, Objects.requireNonNull(all.get(first))) : all)
        .execute(arguments);
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
    return commandLine(terminal, commands(terminal, launcher, template, clock, further));
  }

  /** All commands by their names, in the order of the help. */
  private static Map<String, Supplier<?>> commands(
      Terminal terminal, Launcher launcher, String template, Clock clock, Object... further) {
    Map<String, Supplier<?>> commands = new LinkedHashMap<>();
    commands.put("run", () -> new RunCommand(launcher));
    commands.put("migrate", () -> new MigrateCommand(launcher, terminal, clock));
    commands.put("check", () -> new CheckCommand(launcher, terminal));
    commands.put("verify", () -> new VerifyCommand(launcher, terminal));
    commands.put("template", () -> new TemplateCommand(template, terminal));
    commands.put("submit", () -> new SubmitCommand(launcher, terminal));
    commands.put("status", () -> new StatusCommand(launcher, terminal, clock));
    commands.put("show", () -> new ShowCommand(launcher, terminal, clock));
    commands.put("password", () -> new PasswordCommand(launcher, terminal));
    commands.put("pause", () -> new SteerCommand.Pause(launcher, terminal));
    commands.put("resume", () -> new SteerCommand.Resume(launcher, terminal));
    commands.put("cancel", () -> new SteerCommand.Cancel(launcher, terminal));
    commands.put("retry", () -> new SteerCommand.Retry(launcher, terminal));
    commands.put("close", () -> new CloseCommand(launcher, terminal, clock));
    commands.put("cutover", () -> new CutoverCommand(launcher, terminal, clock));
    commands.put("digest", () -> new DigestCommand(launcher, terminal));
    commands.put("hosts", () -> new HostsCommand(launcher, terminal, clock));
    commands.put("provider", () -> new ProviderCommand(launcher, terminal));
    commands.put("dns", () -> new DnsCommand(launcher, terminal));
    commands.put("routes", () -> new RoutesCommand(launcher, terminal));
    commands.put("ext", () -> new ExtCommand(terminal));
    commands.put("report", () -> new ReportCommand(launcher, terminal));
    commands.put(HELP, CommandLine.HelpCommand::new);
    for (Object command : further) {
      commands.put(command.getClass().getAnnotation(Command.class).name(), () -> command);
    }
    return commands;
  }

  private static CommandLine commandLine(Terminal terminal, Map<String, Supplier<?>> commands) {
    CommandLine commandLine = new CommandLine(new MailCaravanCommand(terminal));
    commands.forEach((name, command) -> commandLine.addSubcommand(name, command.get()));
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
