package org.mailcaravan.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The common part of {@code migrate}, {@code check} and {@code verify}: one request file, and a
 * result to print.
 */
abstract class FileCommand implements Callable<Integer> {
  static final String JSON = "--json";

  private final Launcher launcher;
  private final Launcher.Mode mode;
  private final Terminal terminal;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "The request: a CSV, JSON or Excel file (.xlsx).")
  private @Nullable Path file;

  @Option(names = JSON, description = "Prints the result as JSON (docs/json-result.md).")
  private boolean json;

  FileCommand(Launcher launcher, Launcher.Mode mode, Terminal terminal) {
    this.launcher = launcher;
    this.mode = mode;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path request = RequestFile.of(Objects.requireNonNull(file));
    return run(request);
  }

  /** Starts the program, and runs the command; returns the exit code. */
  int run(Path request) throws InterruptedException {
    Logging.silent();
    try (ConsoleProgress progress = new ConsoleProgress(terminal, saysReading());
        Launcher.Running running = launcher.start(common.options(mode, progress))) {
      return run(running, request, progress);
    }
  }

  final Terminal terminal() {
    return terminal;
  }

  final Launcher launcher() {
    return launcher;
  }

  final CommonOptions common() {
    return common;
  }

  /** Whether the result is wanted as JSON. */
  final boolean json() {
    return json;
  }

  /** Whether the progress tells how the request was read. */
  boolean saysReading() {
    return true;
  }

  /** Runs the command; returns the exit code. */
  abstract int run(Launcher.Running running, Path request, ConsoleProgress progress);

  /** Prints the result as text, or as JSON with {@code --json}. */
  void print(Consumer<PrintWriter> text, Consumer<PrintWriter> document) {
    (json ? document : text).accept(terminal.out());
    terminal.out().flush();
  }

  /** The exit code; an error in this program counts before everything else. */
  static int exitCode(boolean good, Stream<Problem> problems) {
    if (problems.anyMatch(problem -> problem.code() == ProblemCode.FAULT)) {
      return ExitCode.FAULT;
    }
    return good ? ExitCode.DONE : ExitCode.ATTENTION;
  }
}
