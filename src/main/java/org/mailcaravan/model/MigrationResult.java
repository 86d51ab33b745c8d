package org.mailcaravan.model;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * A migration that has ended.
 *
 * @param finished when its last mailbox ended
 * @param mailboxes one for each mailbox of which a pass has ended, in the order of the request
 * @param reportFolder the folder of this migration's report
 */
public record MigrationResult(
    Migration migration, Instant finished, List<MailboxResult> mailboxes, Path reportFolder) {
  public MigrationResult {
    mailboxes = List.copyOf(mailboxes);
  }

  /** Whether every row was accepted and every mailbox arrived completely. */
  public boolean allArrived() {
    return migration.rejected().isEmpty()
        && mailboxes.size() == mailboxCount()
        && mailboxes.stream().allMatch(result -> result.state() == MailboxState.COPIED);
  }

  /** How many mailboxes there are, with those that no pass has ended of. */
  public int mailboxCount() {
    return (int)
        Stream.concat(
                migration.mailboxes().stream(), mailboxes.stream().map(MailboxResult::mailbox))
            .map(Mailbox::id)
            .distinct()
            .count();
  }
}
