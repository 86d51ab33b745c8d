package org.mailcaravan.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.mailcaravan.report.Amounts;
import org.mailcaravan.report.ReadingText;
import org.mailcaravan.report.ResultTable;
import org.mailcaravan.report.TextWidth;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mailcaravan submit FILE}. */
@Command(
    name = "submit",
    mixinStandardHelpOptions = true,
    description = "Gives a request to the running service, and does not wait for its end.")
final class SubmitCommand extends ServiceCommand {
  @Parameters(paramLabel = "FILE", description = "The request: a CSV, JSON or Excel file (.xlsx).")
  private Path file = Path.of("");

  @Option(names = FileCommand.JSON, description = "Prints the answer of the service as JSON.")
  private boolean json;

  SubmitCommand(Launcher launcher, Terminal terminal) {
    super(launcher, terminal);
  }

  @Override
  public Integer call() {
    HandOver.Accepted accepted = new HandOver(client()).give(RequestFile.of(file));
    if (json) {
      print(accepted.answer());
    } else {
      tell(accepted);
    }
    return accepted.rejected().isEmpty() ? ExitCode.DONE : ExitCode.ATTENTION;
  }

  private void tell(HandOver.Accepted accepted) {
    PrintWriter out = terminal().out();
    String id = TextWidth.tame(accepted.id());
    out.println(
        "Migration " + id + ": " + Amounts.count(accepted.mailboxes(), "mailbox", "mailboxes"));
    ReadingText.write(accepted.reading(), out);
    ResultTable.write(accepted.rejected(), out);
    out.println("Follow it with \"mailcaravan status " + id + " --watch\".");
    out.flush();
  }
}
