package org.mailcaravan.imap;

/**
 * The name of a mailbox (in the sense of RFC 9051) as this program speaks of it: a folder.
 *
 * @param wire the octets that the server uses, one char per octet (ISO-8859-1 view), unquoted; kept
 *     so that a name that does not decode can still be used
 * @param text what a person reads: {@code wire} decoded from modified UTF-7 (RFC 3501 section
 *     5.1.3) or UTF-8, or {@code wire} itself where it does not decode
 */
public record FolderName(String wire, String text) {
  /** The folder whose name on the wire was kept. */
  public static FolderName ofWire(String wire) {
    return FolderNames.read(wire, false);
  }

  @Override
  public String toString() {
    return text;
  }
}
