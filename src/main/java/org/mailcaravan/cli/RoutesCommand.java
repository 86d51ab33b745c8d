package org.mailcaravan.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Progress;
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
    description = "Checks and draws the route files; starts nothing.")
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

  private static Launcher.Options options(CommonOptions common) {
    return common.options(Launcher.Mode.CHECK, new Progress() {});
  }

  private void print(String text) {
    terminal.out().print(text);
    terminal.out().flush();
  }
}
