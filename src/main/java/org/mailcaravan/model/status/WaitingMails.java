package org.mailcaravan.model.status;

import java.util.List;

/**
 * The mails in the support mailbox that wait for a person.
 *
 * @param count how many there are
 * @param longest those that wait longest, in that order
 */
public record WaitingMails(long count, List<WaitingMail> longest) {
  /** None. */
  public static final WaitingMails NONE = new WaitingMails(0, List.of());

  public WaitingMails {
    longest = List.copyOf(longest);
  }
}
