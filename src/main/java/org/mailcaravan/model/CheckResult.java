package org.mailcaravan.model;

import java.util.List;

/**
 * What {@code check} found for a whole request; nothing was copied.
 *
 * @param mailboxes one for each accepted row, in order
 */
public record CheckResult(Migration migration, List<MailboxCheck> mailboxes) {
  public CheckResult {
    mailboxes = List.copyOf(mailboxes);
  }

  /** Whether every row was accepted and every mailbox can be migrated. */
  public boolean allGood() {
    return migration.rejected().isEmpty()
        && mailboxes.stream().allMatch(check -> check.problems().isEmpty());
  }
}
