package org.mailcaravan.server;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Set;

/**
 * A message that lies in a {@link HostFolder}.
 *
 * @param octets one char per octet
 * @param flags and keywords
 */
public record HostMessage(
    long uid, String octets, Set<String> flags, OffsetDateTime date, long modSeq) {
  public HostMessage {
    flags = Set.copyOf(flags);
  }

  /** The header with the empty line. */
  public String header() {
    int end = octets.startsWith("\r\n") ? 0 : octets.indexOf("\r\n\r\n");
    return end < 0 ? octets : octets.substring(0, octets.startsWith("\r\n") ? 2 : end + 4);
  }

  HostMessage flagged(Set<String> now, long newModSeq) {
    return new HostMessage(uid, octets, now, date, newModSeq);
  }

  MailboxSnapshot.Message snapshot() {
    return MailboxSnapshot.Message.of(octets.getBytes(StandardCharsets.ISO_8859_1), flags, date);
  }
}
