package org.mailcaravan.intake.mail;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Language;

/**
 * Who a mail is from, and where it stands in a thread: what an answer needs.
 *
 * @param sender the one address of {@code From}, as it is written; empty where there is none, or
 *     several
 * @param subject decoded, in one line
 * @param messageId with its angle brackets; empty where there is none
 * @param references the message ids of the thread, oldest first, without this mail's own
 * @param language as {@code Content-Language} says (RFC 3282); null where it does not
 */
public record Envelope(
    String sender,
    String subject,
    String messageId,
    List<String> references,
    @Nullable Language language) {
  public Envelope {
    references = List.copyOf(references);
  }

  /** Whether the sender passes on another mail, of which all counts as his words. */
  public boolean isForward() {
    return History.isForward(subject);
  }

  /** The same with another subject. */
  public Envelope withSubject(String other) {
    return new Envelope(sender, other, messageId, references, language);
  }

  /** The same in another language. */
  public Envelope in(@Nullable Language other) {
    return new Envelope(sender, subject, messageId, references, other);
  }

  /** The domain of the sender, in lower case; empty where there is no sender. */
  public String domain() {
    return sender.substring(sender.lastIndexOf('@') + 1).toLowerCase(java.util.Locale.ROOT);
  }
}
