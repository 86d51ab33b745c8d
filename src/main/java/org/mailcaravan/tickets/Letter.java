package org.mailcaravan.tickets;

import java.util.List;
import org.mailcaravan.report.CustomerFile;

/**
 * A mail of ours, ready to be sent. It is the same each time that the same answer is made, its
 * Message-ID too, so that whoever gets it twice can tell.
 *
 * @param to an address
 * @param plain the text, with LF
 * @param html the same as a page
 * @param messageId with angle brackets
 * @param inReplyTo the message that it answers, with angle brackets; empty where that has no id
 * @param thread the message ids of the thread, oldest first, that one among them
 * @param files that are attached to it
 */
public record Letter(
    String to,
    String subject,
    String plain,
    String html,
    String messageId,
    String inReplyTo,
    List<String> thread,
    List<CustomerFile> files) {
  public Letter {
    thread = List.copyOf(thread);
    files = List.copyOf(files);
  }

  @Override
  public String toString() {
    return "the mail " + messageId + " to " + to;
  }
}
