package org.mailcaravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.report.Amounts;
import org.mailcaravan.report.ReadingText;
import org.mailcaravan.report.ResultTable;
import org.mailcaravan.report.TextWidth;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mailcaravan submit FILE [ATTACHMENT ...]}. */
@Command(
    name = "submit",
    mixinStandardHelpOptions = true,
    description = "Gives a request to the running service, and does not wait for its end.")
final class SubmitCommand extends ServiceCommand {
  private static final Duration PERIOD = Duration.ofSeconds(2);

  /** Longer than an answer waits until all mailboxes were looked at, as configured by default. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "The request: a CSV, JSON or Excel file (.xlsx).")
  private Path file = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ATTACHMENT",
      description =
          "Contacts and calendars of its mailboxes: .vcf and .ics files, or .zip archives of such.")
  private List<Path> attachments = new ArrayList<>();

  @Option(
      names = "--ticket",
      paramLabel = "NUMBER",
      description =
          "The ticket of your help desk that is told of it; in place of what its file says.")
  private String ticket = "";

  @Option(
      names = "--wait",
      description =
          "Waits until both sides of all mailboxes were looked at, at most 15 minutes, and prints the answer.")
  private boolean wait;

  @Option(names = FileCommand.JSON, description = "Prints the answer of the service as JSON.")
  private boolean json;

  SubmitCommand(Launcher launcher, Terminal terminal) {
    super(launcher, terminal);
  }

  @Override
  public Integer call() throws InterruptedException {
    ServiceClient client = client();
    HandOver.Accepted accepted =
        new HandOver(client)
            .give(RequestFile.of(file), attachments.stream().map(RequestFile::of).toList(), ticket);
    Optional<String> told = Optional.empty();
    if (!json) {
      tell(accepted);
    }
    if (wait) {
      told = await(client, accepted.id());
    }
    if (json) {
      print(withText(accepted.answer(), told));
    } else {
      say(told.map(text -> "\n" + ShowCommand.shown(text)).orElse(next(accepted)));
    }
    return accepted.rejected().isEmpty() ? ExitCode.DONE : ExitCode.ATTENTION;
  }

  private static JsonNode withText(JsonNode answer, Optional<String> told) {
    if (answer instanceof ObjectNode object) {
      told.ifPresent(text -> object.put("text", text));
    }
    return answer;
  }

  /** The answer; empty where it takes too long. */
  private static Optional<String> await(ServiceClient client, String id)
      throws InterruptedException {
    String path = ServiceClient.path("migrations", id, "answer");
    long end = System.nanoTime() + LONGEST.toNanos();
    Optional<String> told = client.textIfReady(path);
    while (told.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(PERIOD.toMillis());
      told = client.textIfReady(path);
    }
    return told;
  }

  private void tell(HandOver.Accepted accepted) {
    PrintWriter out = terminal().out();
    out.println(
        "Migration "
            + TextWidth.tame(accepted.id())
            + ": "
            + Amounts.count(accepted.mailboxes(), "mailbox", "mailboxes"));
    ReadingText.write(accepted.reading(), out);
    ResultTable.write(accepted.rejected(), out);
    out.println(
        "Follow it with \"mailcaravan status " + TextWidth.tame(accepted.id()) + " --watch\".");
    out.flush();
  }

  private static String next(HandOver.Accepted accepted) {
    return "Read the answer to it with \"mailcaravan show "
        + TextWidth.tame(accepted.id())
        + " --answer\".";
  }
}
