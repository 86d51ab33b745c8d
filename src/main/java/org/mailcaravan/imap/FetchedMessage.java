package org.mailcaravan.imap;

import java.time.OffsetDateTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One FETCH response.
 *
 * @param uid the message's UID
 * @param flags flags and keywords as the server wrote them, {@code \Recent} left out
 * @param internalDate with the zone that the server gave; null when it was missing or unreadable
 * @param announcedSize RFC822.SIZE, or -1; only advice, Exchange lies here
 * @param content what was asked for of the message; null when the server gave NIL or nothing, or
 *     when only attributes were asked for
 * @param modSeq grows with each change of the message's flags (RFC 7162), or -1 when not given
 * @param emailId the same for all copies of the message in the account (RFC 8474, or Gmail's
 *     X-GM-MSGID); null when not given
 * @param flagsTold whether the server gave the flags, even that there are none
 */
public record FetchedMessage(
    long uid,
    Set<String> flags,
    @Nullable OffsetDateTime internalDate,
    long announcedSize,
    @Nullable Content content,
    long modSeq,
    @Nullable String emailId,
    boolean flagsTold) {
  public FetchedMessage {
    flags = Set.copyOf(flags);
  }

  /** With flags that the server gave. */
  public FetchedMessage(
      long uid,
      Set<String> flags,
      @Nullable OffsetDateTime internalDate,
      long announcedSize,
      @Nullable Content content,
      long modSeq,
      @Nullable String emailId) {
    this(uid, flags, internalDate, announcedSize, content, modSeq, emailId, true);
  }
}
