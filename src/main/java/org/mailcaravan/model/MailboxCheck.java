package org.mailcaravan.model;

import java.util.List;

/**
 * What {@code check} found for one mailbox.
 *
 * @param problems what prevents a migration; empty when the mailbox can be migrated
 * @param notes what is good to know before a migration: mail that is at the destination already
 */
public record MailboxCheck(
    Mailbox mailbox,
    SideCheck source,
    SideCheck destination,
    List<Problem> problems,
    List<String> notes) {
  public MailboxCheck {
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }
}
