package org.mailcaravan.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mailcaravan routes}: what one does with route files before they run. */
@Command(
    name = "routes",
    mixinStandardHelpOptions = true,
    description = "Checks, draws and tests the route files.")
final class RoutesCommand implements Callable<Integer> {
  private final Launcher launcher;
  private final Terminal terminal;

  @Spec private @Nullable CommandSpec spec;

  RoutesCommand(Launcher launcher, Terminal terminal) {
    this.launcher = launcher;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Objects.requireNonNull(spec).commandLine().usage(terminal.err());
    return ExitCode.REJECTED;
  }

  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description =
          "Builds all routes, and says everything that is wrong with them, and what is probably not"
              + " meant.")
  int check(
      @Mixin CommonOptions common,
      @Option(names = FileCommand.JSON, description = "Prints what was found as JSON.")
          boolean json) {
    Logging.silent();
    Launcher.RouteFiles found = launcher.routes(options(common));
    print(json ? found.json() : found.text());
    return ExitCode.DONE;
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description =
          "Draws which route calls which, or the steps of one, as a flowchart of Mermaid"
              + " (mermaid.live shows it).")
  int show(
      @Mixin CommonOptions common,
      @Parameters(
              paramLabel = "ROUTE",
              arity = "0..1",
              description = "The id of a route. Default: all.")
          @Nullable String route) {
    Logging.silent();
    print(launcher.picture(options(common), route));
    return ExitCode.DONE;
  }

  @Command(
      name = "test",
      mixinStandardHelpOptions = true,
      description =
          "Runs the tests of routes/tests, Java files, on the route files, between two mail servers inside"
              + " the program.")
  int test(
      @Mixin CommonOptions common,
      @Option(
              names = "--dir",
              paramLabel = "DIR",
              description = "The folder with the tests. Default: tests, beside the route files.")
          @Nullable Path dir,
      @Option(
              names = "--new",
              paramLabel = "NAME",
              description = "Writes a test to begin with, a class of this name, and runs nothing.")
          @Nullable String name,
      @Option(
              names = "--longest",
              paramLabel = "SECONDS",
              defaultValue = "120",
              description =
                  "After so long a test is given up as failed. Default: ${DEFAULT-VALUE}.")
          int longest,
      @Parameters(
              paramLabel = "TEST",
              arity = "0..*",
              description = "Names of test classes. Default: all.")
          @Nullable List<String> tests)
      throws IOException {
    if (longest < 1) {
      throw new RequestRejected(
          new Problem(
              Where.setting("--longest", "--longest " + longest),
              "that is not a number of seconds",
              Owner.US,
              "Write seconds, 1 or more."));
    }
    Path routes = launcher.routesFolder(options(common));
    RouteTests found =
        new RouteTests(
            dir == null ? routes.resolve("tests") : dir, routes, options(common).overrides());
    if (name != null) {
      print(found.write(name) + System.lineSeparator());
      return ExitCode.DONE;
    }
    Logging.silent();
    return found.run(
        tests == null ? List.of() : tests, Duration.ofSeconds(longest), terminal.out());
  }

  private static Launcher.Options options(CommonOptions common) {
    return common.options(Launcher.Mode.CHECK, new Progress() {});
  }

  private void print(String text) {
    terminal.out().print(text);
    terminal.out().flush();
  }
}
