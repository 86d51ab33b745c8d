package org.mailcaravan.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mailcaravan provider ADDRESS}. */
@Command(
    name = "provider",
    mixinStandardHelpOptions = true,
    description =
        "Says where the mail of an address is, how one logs in there, and what to tell the customer.")
final class ProviderCommand implements Callable<Integer> {
  private final Launcher launcher;
  private final Terminal terminal;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "ADDRESS", description = "An e-mail address, or its domain.")
  private @Nullable String address;

  @Option(names = FileCommand.JSON, description = "Prints what was found as JSON.")
  private boolean json;

  ProviderCommand(Launcher launcher, Terminal terminal) {
    this.launcher = launcher;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Logging.silent();
    Launcher.Whereabouts found =
        launcher.whereabouts(
            common.options(Launcher.Mode.CHECK, new Progress() {}),
            Objects.requireNonNull(address),
            terminal.width());
    terminal.out().print(json ? found.json() : found.text());
    terminal.out().flush();
    return found.usable() ? ExitCode.DONE : ExitCode.ATTENTION;
  }
}
