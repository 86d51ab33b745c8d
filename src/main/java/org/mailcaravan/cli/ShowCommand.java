package org.mailcaravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Clock;
import java.util.List;
import org.mailcaravan.cli.client.Answers;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.cli.client.Targets;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.model.status.MailboxHistory;
import org.mailcaravan.model.status.MigrationHistory;
import org.mailcaravan.model.status.Target;
import org.mailcaravan.report.HistoryText;
import org.mailcaravan.report.HostTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mailcaravan show ID|ADDRESS}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Shows the history of a mailbox or a migration, and what happens next.")
final class ShowCommand extends ServiceCommand {
  private final Clock clock;

  @Parameters(
      paramLabel = "ID|ADDRESS",
      description = "A migration or mailbox by id, or mailboxes by address.")
  private String argument = "";

  @Option(names = FileCommand.JSON, description = "Prints the history as JSON.")
  private boolean json;

  ShowCommand(Launcher launcher, Terminal terminal, Clock clock) {
    super(launcher, terminal);
    this.clock = clock;
  }

  @Override
  public Integer call() {
    ServiceClient client = client();
    List<Targets.Named> targets = Targets.of(client, argument);
    if (json) {
      // One object, or a list when several mailboxes have the address.
      ArrayNode all = JsonNodeFactory.instance.arrayNode();
      targets.forEach(target -> all.add(ask(client, target)));
      print(all.size() == 1 ? all.get(0) : all);
      return ExitCode.DONE;
    }
    for (Targets.Named target : targets) {
      say(text(target, ask(client, target)).stripTrailing());
    }
    return ExitCode.DONE;
  }

  /** Source servers are listed and have no history. */
  private static JsonNode ask(ServiceClient client, Targets.Named target) {
    if (target.target().kind() != Target.Kind.HOST) {
      return client.get(target.path());
    }
    for (JsonNode host : client.get("hosts").path("hosts")) {
      if (host.path("name").asText().equals(target.target().id())) {
        return host;
      }
    }
    return JsonNodeFactory.instance.objectNode();
  }

  private String text(Targets.Named target, JsonNode answer) {
    int width = terminal().width();
    return switch (target.target().kind()) {
      case MIGRATION ->
          HistoryText.of(Answers.read(answer, MigrationHistory.class), width, clock.instant());
      case MAILBOX ->
          HistoryText.of(Answers.read(answer, MailboxHistory.class), width, clock.instant());
      case HOST ->
          HostTable.of(List.of(Answers.read(answer, HostStatus.class)), width, clock.instant());
    };
  }
}
