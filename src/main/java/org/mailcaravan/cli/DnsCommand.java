package org.mailcaravan.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.mailcaravan.model.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mailcaravan dns DOMAIN ...}. */
@Command(
    name = "dns",
    mixinStandardHelpOptions = true,
    description =
        "Compares the DNS records of domains with what they should be after the cutover, and prints"
            + " the records to publish.")
final class DnsCommand implements Callable<Integer> {
  private final Launcher launcher;
  private final Terminal terminal;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "DOMAIN", arity = "1..*", description = "A domain of mail addresses.")
  private List<String> domains = new ArrayList<>();

  @Option(names = FileCommand.JSON, description = "Prints the checklists as JSON.")
  private boolean json;

  DnsCommand(Launcher launcher, Terminal terminal) {
    this.launcher = launcher;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Logging.silent();
    Launcher.Checklists found =
        launcher.checklists(
            common.options(Launcher.Mode.CHECK, new Progress() {}), domains, terminal.width());
    terminal.out().print(json ? found.json() : found.text());
    terminal.out().flush();
    return found.needAttention() ? ExitCode.ATTENTION : ExitCode.DONE;
  }
}
