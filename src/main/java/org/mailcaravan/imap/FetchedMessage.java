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
 */
public record FetchedMessage(
    long uid,
    Set<String> flags,
    @Nullable OffsetDateTime internalDate,
    long announcedSize,
    @Nullable Content content) {
  public FetchedMessage {
    flags = Set.copyOf(flags);
  }
}
