package org.mailcaravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.mailcaravan.cli.client.Answers;
import org.mailcaravan.cli.client.NoService;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.Status;
import org.mailcaravan.report.StatusTable;
import org.mailcaravan.report.StatusWords;

/**
 * Asks for the status again and again. On a terminal it draws it anew; elsewhere it prints a line
 * for each mailbox that begins, waits, ends, or has done ten percent more. A service that stops
 * answering gets a minute: it may be started again.
 */
final class StatusWatch {
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Terminal terminal;
  private final Clock clock;
  private final boolean json;
  private final Supplier<JsonNode> service;
  private final StatusLines lines = new StatusLines(true);
  private int drawn;

  /**
   * @param json whether to print each status as JSON on a line of its own
   * @param service asks for the status
   */
  StatusWatch(Terminal terminal, Clock clock, boolean json, Supplier<JsonNode> service) {
    this.terminal = terminal;
    this.clock = clock;
    this.json = json;
    this.service = service;
  }

  /**
   * Returns when nothing runs or waits any more.
   *
   * @return the exit code
   * @throws NoService when nothing answers at first, or for a minute
   */
  int untilNothingIsLeft() throws InterruptedException {
    Instant answered = null;
    while (true) {
      try {
        JsonNode answer = service.get();
        answered = clock.instant();
        Status status = Answers.read(answer, Status.class);
        if (json) {
          terminal.out().println(answer);
          terminal.out().flush();
        } else {
          show(status);
        }
        if (isOver(status)) {
          return status.mailboxes().stream().anyMatch(MailboxStatus::needsAttention)
              ? ExitCode.ATTENTION
              : ExitCode.DONE;
        }
      } catch (NoService e) {
        if (answered == null || clock.instant().isAfter(answered.plus(PATIENCE))) {
          throw e;
        }
      }
      Thread.sleep(PERIOD.toMillis());
    }
  }

  private static boolean isOver(Status status) {
    return status.mailboxesLeftOut() == 0
        && status.mailboxes().stream()
            .noneMatch(mailbox -> StatusTable.runs(mailbox) || StatusTable.waits(mailbox));
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
