package org.mailcaravan.intake.mail;

import java.util.List;

/**
 * Who a mail is from, and where it stands in a thread: what an answer needs.
 *
 * @param sender the one address of {@code From}, as it is written; empty where there is none, or
 *     several
 * @param subject decoded, in one line
 * @param messageId with its angle brackets; empty where there is none
 * @param references the message ids of the thread, oldest first, without this mail's own
 */
public record Envelope(String sender, String subject, String messageId, List<String> references) {
  public Envelope {
    references = List.copyOf(references);
  }

  /** Whether the sender passes on another mail, of which all counts as his words. */
  public boolean isForward() {
    return History.isForward(subject);
  }

  /** The domain of the sender, in lower case; empty where there is no sender. */
  public String domain() {
    return sender.substring(sender.lastIndexOf('@') + 1).toLowerCase(java.util.Locale.ROOT);
  }
}
