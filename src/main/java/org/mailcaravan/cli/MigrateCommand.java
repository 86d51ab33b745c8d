package org.mailcaravan.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.TreeSet;
import org.mailcaravan.cli.client.NoService;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.cli.client.ServicePlace;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;
import org.mailcaravan.report.ResultJson;
import org.mailcaravan.report.ResultTable;
import picocli.CommandLine.Command;

/** {@code mailcaravan migrate FILE}. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description =
        "Migrates the mailboxes of one file and waits for the end; where a service runs on the data folder, the service does it.")
final class MigrateCommand extends FileCommand {
  private final Clock clock;

  MigrateCommand(Launcher launcher, Terminal terminal, Clock clock) {
    super(launcher, Launcher.Mode.MIGRATE, terminal);
    this.clock = clock;
  }

  /** Where a service runs on the data folder, the service does it. */
  @Override
  int run(Path request) throws InterruptedException {
    Path dataFolder = common().dataFolder(launcher());
    if (!ServicePlace.isIn(dataFolder) || !answers(dataFolder)) {
      return super.run(request);
    }
    Set<String> set = new TreeSet<>(common().overrides().keySet());
    set.remove("data.folder");
    if (!set.isEmpty()) {
      throw new RequestRejected(
          new Problem(
              Where.setting(set.iterator().next(), "--set " + String.join(", --set ", set)),
              "a service runs on this data folder, and it has settings of its own",
              Owner.US,
              "Leave out --set, or set it in application.properties and restart the service, or stop the service."));
    }
    return new HandedOver(terminal(), clock, () -> new ServiceClient(ServicePlace.in(dataFolder)))
        .migrate(request, json());
  }

  private static boolean answers(Path dataFolder) {
    try {
      new ServiceClient(ServicePlace.in(dataFolder)).get("nodes");
      return true;
    } catch (NoService e) {
      return false;
    }
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
