package org.mailcaravan.model;

import java.util.List;

/**
 * Where an answer to a request goes that came by mail.
 *
 * @param key tells the mail from all others, however often it is read: the SHA-256 of its octets in
 *     hexadecimal digits
 * @param address who sent it
 * @param subject of the mail, decoded, in one line
 * @param messageId of the mail, with angle brackets; empty where it has none
 * @param thread the message ids of the mails before it, oldest first
 * @param notes what is to be told beside what became of the rows, a sentence each
 */
public record ReplyTo(
    String key,
    String address,
    String subject,
    String messageId,
    List<String> thread,
    List<String> notes) {
  public ReplyTo {
    thread = List.copyOf(thread);
    notes = List.copyOf(notes);
  }
}
