package org.mailcaravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.mailcaravan.cli.client.Answers;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.Status;
import org.mailcaravan.report.StatusTable;
import org.mailcaravan.report.StatusWords;

/**
 * Asks for the status again and again. On a terminal it draws it anew; elsewhere it prints a line
 * for each mailbox that begins, waits, ends, or has done ten percent more.
 */
final class StatusWatch {
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final Terminal terminal;
  private final Clock clock;
  private final boolean json;
  private final FollowedService service;
  private final Function<ServiceClient, JsonNode> question;
  private final StatusLines lines = new StatusLines(true);
  private int drawn;

  /**
   * @param json whether to print each status as JSON on a line of its own
   * @param question asks for the status
   */
  StatusWatch(
      Terminal terminal,
      Clock clock,
      boolean json,
      FollowedService service,
      Function<ServiceClient, JsonNode> question) {
    this.terminal = terminal;
    this.clock = clock;
    this.json = json;
    this.service = service;
    this.question = question;
  }

  /**
   * Returns when nothing runs or waits any more.
   *
   * @return the exit code
   * @throws org.mailcaravan.cli.client.NoService when nothing answers at first, or for a minute
   * @throws org.mailcaravan.model.NeedsAttention when the service fails at first, or for a minute
   */
  int untilNothingIsLeft() throws InterruptedException {
    JsonNode answer = service.ask(question);
    while (true) {
      Status status = Answers.read(answer, Status.class);
      if (json) {
        terminal.out().println(answer);
        terminal.out().flush();
      } else {
        show(status);
      }
      if (!status.underWay()) {
        return status.mailboxes().stream().anyMatch(MailboxStatus::needsAttention)
            ? ExitCode.ATTENTION
            : ExitCode.DONE;
      }
      Thread.sleep(PERIOD.toMillis());
      answer = service.askPatiently(question);
    }
  }

  private void show(Status status) {
    if (!terminal.outRedraws()) {
      Instant now = clock.instant();
      lines
          .since(status)
          .forEach(line -> terminal.out().println(StatusWords.time(now, now) + " " + line));
      terminal.out().flush();
      return;
    }
    PrintWriter out = terminal.out();
    List<String> table =
        StatusTable.of(status, terminal.width() - 1, clock.instant()).lines().toList();
    if (drawn > 0) {
      // Move to the begin of the first line, and clear to the end of the screen (ECMA-48).
      out.print("\u001b[" + drawn + "A\r\u001b[J");
    }
    int most = terminal.height() - 1;
    table.stream().limit(most).forEach(out::println);
    drawn = Math.min(most, table.size());
    out.flush();
  }
}
