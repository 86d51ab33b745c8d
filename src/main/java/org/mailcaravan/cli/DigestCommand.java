package org.mailcaravan.cli;

import org.mailcaravan.cli.client.ServiceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mailcaravan digest}. */
@Command(
    name = "digest",
    mixinStandardHelpOptions = true,
    description =
        "Shows the night in five minutes: who must act, what ended, what is late, which servers are slow.")
final class DigestCommand extends ServiceCommand {
  @Option(
      names = "--since",
      paramLabel = "TIME",
      defaultValue = "24h",
      description =
          "From when on: yesterday, today, a date (2026-11-29) or a span (24h, 7d). Default:"
              + " ${DEFAULT-VALUE}.")
  private String since = "";

  @Option(names = FileCommand.JSON, description = "Prints the digest as JSON.")
  private boolean json;

  DigestCommand(Launcher launcher, Terminal terminal) {
    super(launcher, terminal);
  }

  @Override
  public Integer call() {
    ServiceClient.Parameter from = new ServiceClient.Parameter("since", since);
    if (json) {
      print(client().get("digest", from));
    } else {
      say(client().text("digest", from).stripTrailing());
    }
    return ExitCode.DONE;
  }
}
