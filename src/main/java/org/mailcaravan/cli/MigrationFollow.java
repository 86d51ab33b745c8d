package org.mailcaravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.cli.client.Answers;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.MigrationStatus;
import org.mailcaravan.model.status.Status;
import org.mailcaravan.report.StatusTable;
import org.mailcaravan.report.StatusWords;

/** Follows a migration that a service runs, with the display of one that this process runs. */
final class MigrationFollow {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** As many mailboxes as the service gives at once. */
  private static final String MOST_MAILBOXES = "1000";

  private final Terminal terminal;
  private final FollowedService service;
  private final String id;
  private final ProgressBars bars;
  private final StatusLines lines;

  /**
   * @param id of the migration
   */
  MigrationFollow(Terminal terminal, FollowedService service, String id) {
    this.terminal = terminal;
    this.service = service;
    this.id = id;
    this.bars = new ProgressBars(terminal);
    this.lines = new StatusLines(!terminal.redraws());
  }

  /**
   * Waits until the migration has ended and its report is written.
   *
   * @throws org.mailcaravan.cli.client.NoService when nothing answers for a minute
   * @throws NeedsAttention when the service fails for a minute, or does not know the migration
   */
  MigrationStatus untilEnded() throws InterruptedException {
    try {
      while (true) {
        Status status = Answers.read(service.askPatiently(this::ask), Status.class);
        MigrationStatus migration = migration(status);
        show(status, migration);
        if (migration.finishedAt() != null && !migration.reportDue()) {
          return migration;
        }
        Thread.sleep(PERIOD.toMillis());
      }
    } finally {
      bars.erase();
      bars.flush();
    }
  }

  private JsonNode ask(ServiceClient client) {
    return client.get(
        "status",
        new ServiceClient.Parameter("id", id),
        new ServiceClient.Parameter("limit", MOST_MAILBOXES));
  }

  private MigrationStatus migration(Status status) {
    return status.migrations().stream()
        .filter(migration -> migration.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new NeedsAttention(
                    new Problem(
                        Where.words("migration " + id),
                        "the service does not know it any more",
                        Owner.US,
                        "Check that the service still uses the same database.")));
  }

  private void show(Status status, MigrationStatus migration) {
    lines.since(status).forEach(bars::say);
    if (terminal.redraws()) {
      List<ProgressBars.Bar> each = new ArrayList<>();
      for (MailboxStatus mailbox : status.mailboxes()) {
        if (StatusTable.runs(mailbox)) {
          each.add(
              new ProgressBars.Bar(
                  StatusWords.name(mailbox),
                  StatusWords.percent(mailbox),
                  StatusWords.progress(mailbox)));
        }
      }
      bars.draw(each, total(migration));
    }
    bars.flush();
  }

  private static List<ProgressBars.Bar> total(MigrationStatus migration) {
    if (migration.messagesTotal() == null || migration.finishedAt() != null) {
      return List.of();
    }
    return List.of(
        new ProgressBars.Bar(
            "In total", StatusWords.percent(migration), StatusWords.progress(migration)));
  }
}
