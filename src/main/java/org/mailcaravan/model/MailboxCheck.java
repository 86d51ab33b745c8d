package org.mailcaravan.model;

import java.util.List;

/**
 * What {@code check} found for one mailbox.
 *
 * @param problems what stands in the way; empty when the mailbox can be migrated
 */
public record MailboxCheck(
    Mailbox mailbox, SideCheck source, SideCheck destination, List<Problem> problems) {
  public MailboxCheck {
    problems = List.copyOf(problems);
  }
}
