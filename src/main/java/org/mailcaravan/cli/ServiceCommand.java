package org.mailcaravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.report.ResultJson;
import picocli.CommandLine.Mixin;

/**
 * The common part of the commands that ask a running service. They start nothing of the program, so
 * that they answer at once.
 */
abstract class ServiceCommand implements Callable<Integer> {
  private final Launcher launcher;
  private final Terminal terminal;

  @Mixin private final ServiceOptions service = new ServiceOptions();

  ServiceCommand(Launcher launcher, Terminal terminal) {
    this.launcher = launcher;
    this.terminal = terminal;
  }

  /** The service that the options name, looked up anew: it may have been started again. */
  final ServiceClient client() {
    return service.client(launcher);
  }

  final Terminal terminal() {
    return terminal;
  }

  /** Prints a line of the result. */
  final void say(String line) {
    terminal.out().println(line);
    terminal.out().flush();
  }

  /** Prints an answer of the service as it is. */
  final void print(JsonNode answer) {
    terminal.out().print(ResultJson.text(answer));
    terminal.out().flush();
  }
}
