package org.mailcaravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cli.client.Answers;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.cli.client.Targets;
import org.mailcaravan.model.status.Status;
import org.mailcaravan.report.StatusTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mailcaravan status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows what runs, what waits and for what, and what needs a person.")
final class StatusCommand extends ServiceCommand {
  /** As many as the service lists: a line is printed for each that ends. */
  private static final String MOST_WATCHED = "1000";

  private final Clock clock;

  @Parameters(
      paramLabel = "ID|ADDRESS",
      arity = "0..*",
      description = "Migrations and mailboxes by id, or mailboxes by address. Default: all.")
  private List<String> arguments = new ArrayList<>();

  @Option(
      names = "--watch",
      description = "Shows it again every two seconds, until nothing runs or waits any more.")
  private boolean watch;

  @Option(names = FileCommand.JSON, description = "Prints the status as JSON.")
  private boolean json;

  StatusCommand(Launcher launcher, Terminal terminal, Clock clock) {
    super(launcher, terminal);
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    ServiceClient client = client();
    if (watch) {
      if (!arguments.isEmpty()) {
        requireKnown(client, Answers.read(ask(client, null), Status.class));
      }
      return new StatusWatch(
              terminal(),
              clock,
              json,
              new FollowedService(clock, this::client),
              service -> ask(service, MOST_WATCHED))
          .untilNothingIsLeft();
    }
    JsonNode answer = ask(client, null);
    Status status = Answers.read(answer, Status.class);
    requireKnown(client, status);
    if (json) {
      print(answer);
    } else {
      say(text(status));
    }
    return ExitCode.DONE;
  }

  /** Whoever misspells an address is not to read that nothing runs, waits or needs a person. */
  private void requireKnown(ServiceClient client, Status status) {
    for (String argument : arguments) {
      if (Targets.listed(status, argument).isEmpty()) {
        List<Targets.Named> unused = Targets.of(client, argument);
      }
    }
  }

  /**
   * @param limit how many mailboxes are listed at most; null for as many as the service likes
   */
  private JsonNode ask(ServiceClient client, @Nullable String limit) {
    Stream<ServiceClient.Parameter> ids =
        arguments.stream().map(argument -> new ServiceClient.Parameter("id", argument));
    Stream<ServiceClient.Parameter> limits =
        Stream.ofNullable(limit).map(number -> new ServiceClient.Parameter("limit", number));
    return client.get("status", Stream.concat(ids, limits).toArray(ServiceClient.Parameter[]::new));
  }

  private String text(Status status) {
    return StatusTable.of(status, terminal().width(), clock.instant()).stripTrailing();
  }
}
