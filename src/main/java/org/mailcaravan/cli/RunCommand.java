package org.mailcaravan.cli;

import java.util.concurrent.Callable;
import org.mailcaravan.model.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mailcaravan run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Watches the drop folder and migrates each request in it, until it is stopped.")
final class RunCommand implements Callable<Integer> {
  /** The service shows its progress in the log only. */
  private static final class Unwatched implements Progress {}

  private final Launcher launcher;

  @Mixin private final CommonOptions common = new CommonOptions();

  RunCommand(Launcher launcher) {
    this.launcher = launcher;
  }

  @Override
  public Integer call() throws InterruptedException {
    Logging.service();
    Logger log = LoggerFactory.getLogger(RunCommand.class);
    Launcher.Running running =
        launcher.start(common.options(Launcher.Mode.SERVICE, new Unwatched()));
    OrderlyExit exit = new OrderlyExit();
    exit.install();
    int code = ExitCode.FAULT;
    try (running) {
      log.info("watching {}", running.dropFolder());
      running.awaitStop();
      code = ExitCode.DONE;
    } finally {
      log.info("stopped");
      exit.ended(code);
    }
    return code;
  }
}
