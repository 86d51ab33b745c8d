package org.mailcaravan.cli;

import java.nio.file.Path;
import org.mailcaravan.model.CheckResult;
import org.mailcaravan.report.ResultJson;
import org.mailcaravan.report.ResultTable;
import picocli.CommandLine.Command;

/** {@code mailcaravan check FILE}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Checks each row, logs in to both servers and counts messages; copies nothing.")
final class CheckCommand extends FileCommand {
  CheckCommand(Launcher launcher, Terminal terminal) {
    super(launcher, Launcher.Mode.CHECK, terminal);
  }

  /** Where nobody watches, the result alone tells it: both may go into one file. */
  @Override
  boolean saysReading() {
    return terminal().redraws();
  }

  @Override
  int run(Launcher.Running running, Path request, ConsoleProgress progress) {
    CheckResult result = running.check(request);
    progress.close();
    // The progress has said it before; a file is to have all of it.
    boolean onlySaid = terminal().redraws() && terminal().outRedraws();
    print(out -> ResultTable.write(result, !onlySaid, out), out -> ResultJson.write(result, out));
    return exitCode(
        result.allGood(),
        result.mailboxes().stream().flatMap(mailbox -> mailbox.problems().stream()));
  }
}
