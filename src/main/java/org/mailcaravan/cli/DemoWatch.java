package org.mailcaravan.cli;

import java.util.concurrent.CompletableFuture;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Progress;

/** Waits for the demo's migration, and passes all progress on. */
final class DemoWatch implements Progress {
  private final Progress shown;
  private final CompletableFuture<MigrationResult> result = new CompletableFuture<>();

  DemoWatch(Progress shown) {
    this.shown = shown;
  }

  /** Completes when the migration ends. */
  CompletableFuture<MigrationResult> result() {
    return result;
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
    result.complete(finished);
  }
}
