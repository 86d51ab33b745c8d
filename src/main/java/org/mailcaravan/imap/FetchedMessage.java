package org.mailcaravan.imap;

import java.time.OffsetDateTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The data of one fetched message.
 *
 * @param uid the message's UID
 * @param flags flags and keywords as the server wrote them, {@code \Recent} left out
 * @param internalDate with the zone that the server gave; null when missing or unreadable
 * @param announcedSize RFC822.SIZE in octets, or -1; Exchange gives wrong sizes
 * @param content the body that was asked for; null when the server gave NIL or nothing, or when
 *     none was asked for
 * @param modSeq grows with each change of the message's flags (RFC 7162), or -1 when not given
 * @param emailId the same for all copies of the message in the account (RFC 8474, or Gmail's
 *     X-GM-MSGID); null when not given
 * @param flagsTold whether the server gave the flags, be it an empty list
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
