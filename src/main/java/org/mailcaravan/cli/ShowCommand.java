package org.mailcaravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import org.mailcaravan.cli.client.Answers;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.cli.client.Targets;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.model.status.MailboxHistory;
import org.mailcaravan.model.status.MigrationHistory;
import org.mailcaravan.model.status.Target;
import org.mailcaravan.report.HistoryText;
import org.mailcaravan.report.HostTable;
import org.mailcaravan.report.TextWidth;
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

  @Option(names = "--answer", description = "Prints the answer to the request of a migration.")
  private boolean answer;

  ShowCommand(Launcher launcher, Terminal terminal, Clock clock) {
    super(launcher, terminal);
    this.clock = clock;
  }

  @Override
  public Integer call() {
    ServiceClient client = client();
    List<Targets.Named> targets = Targets.of(client, argument);
    if (answer) {
      targets.forEach(target -> say(answer(client, target)));
      return ExitCode.DONE;
    }
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

  /** What the sender of its request is told. */
  private static String answer(ServiceClient client, Targets.Named target) {
    if (target.target().kind() != Target.Kind.MIGRATION) {
      throw new RequestRejected(
          new Problem(
              Where.words(VisibleText.of(target.name())),
              "it is no migration",
              Owner.US,
              "Give the id of a migration; \"mailcaravan status\" shows it."));
    }
    return shown(client.text(ServiceClient.path("migrations", target.target().id(), "answer")));
  }

  /** Its lines, with nothing in them that steers a terminal. */
  static String shown(String text) {
    return text.strip().lines().map(VisibleText::of).collect(Collectors.joining("\n"));
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

  private String text(MigrationHistory history, int width) {
    String text = HistoryText.of(history, width, clock.instant()).stripTrailing();
    return history.migration().removedAt() == null
        ? text
            + "\nThe answer to its request: \"mailcaravan show "
            + TextWidth.tame(history.migration().id())
            + " --answer\"."
        : text;
  }

  private String text(Targets.Named target, JsonNode answered) {
    int width = terminal().width();
    return switch (target.target().kind()) {
      case MIGRATION -> text(Answers.read(answered, MigrationHistory.class), width);
      case MAILBOX ->
          HistoryText.of(Answers.read(answered, MailboxHistory.class), width, clock.instant());
      case HOST ->
          HostTable.of(List.of(Answers.read(answered, HostStatus.class)), width, clock.instant());
    };
  }
}
