package org.mailcaravan.imap;

import java.time.OffsetDateTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message to append.
 *
 * @param flags flags and keywords that the destination accepts
 * @param internalDate sent with its zone; with null the server takes the present time
 */
public record OutgoingMessage(
    Set<String> flags, @Nullable OffsetDateTime internalDate, Content content) {
  public OutgoingMessage {
    flags = Set.copyOf(flags);
  }

  /**
   * Whether a flag or keyword can be written in a command (RFC 9051 section 9, {@code flag}): an
   * atom, with or without a backslash before it. Keywords with a closing bracket or octets above
   * 127 break that rule, but many servers store them and some accept them: they are written as they
   * are. With any other the command would be broken; a message that has one is refused here and not
   * sent.
   */
  public static boolean isFlag(String flag) {
    int start = flag.startsWith("\\") ? 1 : 0;
    for (int at = start; at < flag.length(); at++) {
      char c = flag.charAt(at);
      if (c <= ' ' || c == 0x7f || c > 0xff || "(){%*\"\\".indexOf(c) >= 0) {
        return false;
      }
    }
    return flag.length() > start;
  }
}
