package org.mailcaravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import org.mailcaravan.cli.client.Answers;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.report.HostTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mailcaravan hosts}. */
@Command(
    name = "hosts",
    mixinStandardHelpOptions = true,
    description = "Shows how many mailboxes of each source server run and may run, and why.")
final class HostsCommand extends ServiceCommand {
  private final Clock clock;

  @Option(names = FileCommand.JSON, description = "Prints the servers as JSON.")
  private boolean json;

  HostsCommand(Launcher launcher, Terminal terminal, Clock clock) {
    super(launcher, terminal);
    this.clock = clock;
  }

  @Override
  public Integer call() {
    JsonNode answer = client().get("hosts");
    if (json) {
      print(answer);
    } else {
      say(
          HostTable.of(
                  Answers.readAll(answer, "hosts", HostStatus.class),
                  terminal().width(),
                  clock.instant())
              .stripTrailing());
    }
    return ExitCode.DONE;
  }
}
