package org.mailcaravan.cli;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.mailcaravan.cli.client.NoService;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.Where;
import org.mailcaravan.report.ResultJson;
import org.mailcaravan.report.ResultTable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns exceptions of commands into a message and an exit code. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final Terminal terminal;

  Failures(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, ParseResult parsed) {
    ParseResult command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    boolean json = command.hasMatchedOption(FileCommand.JSON);
    if (failure instanceof MigrationException known) {
      boolean rejected = failure instanceof RequestRejected;
      tell(
          failure instanceof RequestRejected all ? all.problems() : List.of(known.problem()), json);
      return rejected ? ExitCode.REJECTED : ExitCode.FAULT;
    }
    if (failure instanceof NoService none) {
      tell(List.of(none.problem()), json);
      return ExitCode.NO_SERVICE;
    }
    LoggerFactory.getLogger(Failures.class).error("unexpected failure", failure);
    if (Logging.file().isEmpty()) {
      failure.printStackTrace(terminal.err());
    }
    tell(
        List.of(
            new Problem(
                ProblemCode.FAULT,
                Where.words("Mail Caravan"),
                "it failed unexpectedly (" + failure.getClass().getSimpleName() + ")",
                Owner.US,
                Logging.file()
                    .map(Path::toString)
                    .map(log -> "See " + log + " and report it to the developers.")
                    .orElse("Report it to the developers with the lines above."))),
        json);
    return ExitCode.FAULT;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    terminal.err().println(cause(failure, command));
    terminal.err().println("See \"" + command.getCommandSpec().qualifiedName() + " --help\".");
    terminal.err().flush();
    return ExitCode.REJECTED;
  }

  /** Extra arguments are not repeated: they may be part of a password that contains a space. */
  private static String cause(ParameterException failure, CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    if (failure instanceof UnmatchedArgumentException stray) {
      String first = stray.getUnmatched().isEmpty() ? "" : stray.getUnmatched().get(0);
      if (first.startsWith("-")) {
        String option = first.split("=", 2)[0];
        return "Unknown option: " + option + nearest(option, optionsOf(spec));
      }
      return spec.subcommands().isEmpty() || !spec.positionalParameters().isEmpty()
          ? "There are too many arguments. Put values with spaces in quotes."
          : unknownCommand(first, spec);
    }
    // The command "help" gets the name of one that there is not.
    return failure.getArgSpec() == null && failure.getValue() != null
        ? unknownCommand(failure.getValue(), spec)
        : String.valueOf(failure.getMessage());
  }

  private static String unknownCommand(String written, CommandSpec spec) {
    return "Unknown command: " + written + nearest(written, spec.subcommands().keySet());
  }

  /** The long names: each short one would be near. */
  private static List<String> optionsOf(CommandSpec spec) {
    return spec.options().stream()
        .filter(option -> !option.hidden())
        .flatMap(option -> Stream.of(option.names()))
        .filter(name -> name.startsWith("--"))
        .toList();
  }

  private static String nearest(String written, Collection<String> known) {
    return Spelling.hint(Spelling.nearest(written, known));
  }

  private void tell(List<Problem> problems, boolean json) {
    problems.forEach(problem -> terminal.err().print(ResultTable.of(problem)));
    terminal.err().flush();
    if (json) {
      terminal.out().print(ResultJson.text(ResultJson.error(problems)));
      terminal.out().flush();
    }
  }
}
