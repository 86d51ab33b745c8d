package org.mailcaravan.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request by mail.
 *
 * @param key tells the mail from all others, however often it is read: the SHA-256 of its octets in
 *     hexadecimal digits
 * @param address who sent it
 * @param subject of the mail, decoded, in one line
 * @param messageId of the mail, with angle brackets; empty where it has none
 * @param thread the message ids of the mails before it, oldest first
 * @param notes as {@link Sender#notes}
 * @param language as {@link Sender#language}
 */
public record ReplyTo(
    String key,
    String address,
    String subject,
    String messageId,
    List<String> thread,
    List<String> notes,
    @Nullable Language language)
    implements Sender {
  public ReplyTo {
    thread = List.copyOf(thread);
    notes = List.copyOf(notes);
  }

  /** The same with other notes. */
  public ReplyTo with(List<String> others) {
    return new ReplyTo(key, address, subject, messageId, thread, others, language);
  }

  @Override
  public Channel channel() {
    return Channel.MAIL;
  }

  @Override
  public @Nullable String requestKey() {
    return key;
  }
}
