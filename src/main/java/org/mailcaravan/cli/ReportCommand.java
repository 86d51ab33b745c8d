package org.mailcaravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.report.TextWidth;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mailcaravan report ID}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Writes the report of a migration again, from what the service knows now.")
final class ReportCommand extends ServiceCommand {
  @Parameters(paramLabel = "ID", description = "The id of the migration.")
  private String id = "";

  ReportCommand(Launcher launcher, Terminal terminal) {
    super(launcher, terminal);
  }

  @Override
  public Integer call() {
    JsonNode answer =
        client().post(ServiceClient.path("migrations", id, "report"), ServiceClient.Patience.LONG);
    say("The report is in " + TextWidth.tame(answer.path("folder").asText()));
    return ExitCode.DONE;
  }
}
