package org.mailcaravan.cli;

import java.nio.file.Path;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.report.ResultJson;
import org.mailcaravan.report.ResultTable;
import picocli.CommandLine.Command;

/** {@code mailcaravan migrate FILE}. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = "Migrates the mailboxes of one file and waits for the end.")
final class MigrateCommand extends FileCommand {
  MigrateCommand(Launcher launcher, Terminal terminal) {
    super(launcher, Launcher.Mode.MIGRATE, terminal);
  }

  @Override
  int run(Launcher.Running running, Path request, ConsoleProgress progress) {
    Interruption interruption = new Interruption(running, progress);
    interruption.install();
    MigrationResult result = running.migrate(request);
    progress.close();
    print(out -> ResultTable.write(result, out), out -> ResultJson.write(result, out));
    return interruption.exitCode(exitCode(result));
  }

  static int exitCode(MigrationResult result) {
    if (result.mailboxes().stream().anyMatch(m -> m.state() == MailboxState.FAULT)) {
      return ExitCode.FAULT;
    }
    return result.allArrived() ? ExitCode.DONE : ExitCode.ATTENTION;
  }
}
