package org.mailcaravan.cli;

import java.nio.file.Path;
import org.mailcaravan.model.VerifyResult;
import org.mailcaravan.report.ResultJson;
import org.mailcaravan.report.VerifyTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mailcaravan verify FILE}. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Compares both sides of every row, message by message; copies nothing.")
final class VerifyCommand extends FileCommand {
  @Option(
      names = "--deep",
      description =
          "Reads all messages on both sides and compares their content; takes as long as copying.")
  private boolean deep;

  VerifyCommand(Launcher launcher, Terminal terminal) {
    super(launcher, Launcher.Mode.VERIFY, terminal);
  }

  @Override
  int run(Launcher.Running running, Path request, ConsoleProgress progress) {
    VerifyResult result = running.verify(request, deep);
    progress.close();
    print(out -> VerifyTable.write(result, out), out -> ResultJson.write(result, out));
    return exitCode(
        result.allComplete(),
        result.mailboxes().stream().flatMap(mailbox -> mailbox.problems().stream()));
  }
}
