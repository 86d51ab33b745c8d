package org.mailcaravan.cli;

import java.util.concurrent.CompletableFuture;
import org.mailcaravan.model.Batch;
import org.mailcaravan.model.BatchResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Progress;

/** Waits for the demo's one batch and passes everything on to what is shown. */
final class DemoWatch implements Progress {
  private final Progress shown;
  private final CompletableFuture<BatchResult> result = new CompletableFuture<>();

  DemoWatch(Progress shown) {
    this.shown = shown;
  }

  /** Completes when the batch ended. */
  CompletableFuture<BatchResult> result() {
    return result;
  }

  @Override
  public void batchOpened(Batch batch) {
    shown.batchOpened(batch);
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
  public void batchFinished(BatchResult finished) {
    shown.batchFinished(finished);
    result.complete(finished);
  }
}
