package org.mailcaravan.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.mailcaravan.cli.client.NoService;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;
import org.mailcaravan.report.ResultJson;
import org.mailcaravan.report.ResultTable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
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

  /** Extra arguments are not repeated: they may be part of a password that contains a space. */
  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = terminal.err();
    if (failure instanceof UnmatchedArgumentException stray && command.getParent() != null) {
      String first = stray.getUnmatched().isEmpty() ? "" : stray.getUnmatched().get(0);
      err.println(
          first.startsWith("-")
              ? "Unknown option: " + first.split("=", 2)[0]
              : "There are too many arguments. Put values with spaces in quotes.");
    } else {
      err.println(failure.getMessage());
      UnmatchedArgumentException.printSuggestions(failure, err);
    }
    err.println("See \"" + command.getCommandSpec().qualifiedName() + " --help\".");
    err.flush();
    return ExitCode.REJECTED;
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
