package org.mailcaravan.model;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A batch that has ended.
 *
 * @param finished when its last mailbox ended
 * @param mailboxes one per mailbox, in the order of the request
 * @param reportFolder where the report of this batch lies
 */
public record BatchResult(
    Batch batch, Instant finished, List<MailboxResult> mailboxes, Path reportFolder) {
  public BatchResult {
    mailboxes = List.copyOf(mailboxes);
  }

  /** Whether every row was accepted and every mailbox arrived whole. */
  public boolean allArrived() {
    return batch.rejected().isEmpty()
        && mailboxes.stream().allMatch(result -> result.state() == MailboxState.COPIED);
  }
}
