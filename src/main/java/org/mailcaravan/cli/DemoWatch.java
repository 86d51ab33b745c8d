package org.mailcaravan.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Progress;

/** Waits for the demo's migrations, and passes all progress on. */
final class DemoWatch implements Progress {
  private final Progress shown;
  private final int migrations;
  private final List<MigrationResult> ended = new ArrayList<>();
  private final CompletableFuture<List<MigrationResult>> results = new CompletableFuture<>();

  /**
   * @param migrations how many it waits for
   */
  DemoWatch(Progress shown, int migrations) {
    this.shown = shown;
    this.migrations = migrations;
  }

  /** Completes when the last migration ends. */
  CompletableFuture<List<MigrationResult>> results() {
    return results;
  }

  @Override
  public void migrationOpened(Migration migration) {
    shown.migrationOpened(migration);
  }

  @Override
  public void mailboxPlanned(Mailbox mailbox, int folders, long messages, long bytes) {
    shown.mailboxPlanned(mailbox, folders, messages, bytes);
  }

  @Override
  public void messagesDone(Mailbox mailbox, long messages, long bytes) {
    shown.messagesDone(mailbox, messages, bytes);
  }

  @Override
  public void mailboxFinished(MailboxResult finished) {
    shown.mailboxFinished(finished);
  }

  @Override
  public void migrationFinished(MigrationResult finished) {
    shown.migrationFinished(finished);
    synchronized (ended) {
      ended.add(finished);
      if (ended.size() == migrations) {
        results.complete(List.copyOf(ended));
      }
    }
  }
}
