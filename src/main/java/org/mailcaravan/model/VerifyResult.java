package org.mailcaravan.model;

import java.nio.file.Path;
import java.util.List;

/**
 * What {@code verify} found for a whole request; nothing was copied.
 *
 * @param mailboxes one for each accepted row, in order
 * @param certificateFolder the folder of the certificates
 */
public record VerifyResult(
    Migration migration, List<MailboxVerification> mailboxes, Path certificateFolder) {
  public VerifyResult {
    mailboxes = List.copyOf(mailboxes);
  }

  /** Whether every row was accepted and every mailbox is complete. */
  public boolean allComplete() {
    return migration.rejected().isEmpty()
        && mailboxes.stream().allMatch(MailboxVerification::complete);
  }
}
