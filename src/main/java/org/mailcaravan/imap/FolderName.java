package org.mailcaravan.imap;

/**
 * The name of a folder, which RFC 9051 calls a mailbox.
 *
 * @param wire the octets that the server uses, one char per octet, unquoted; a name that cannot be
 *     decoded can still be sent
 * @param text for people: {@code wire} decoded from modified UTF-7 (RFC 3501 section 5.1.3) or
 *     UTF-8, or {@code wire} itself where that fails
 */
public record FolderName(String wire, String text) {
  /** The folder of a stored name. */
  public static FolderName ofWire(String wire) {
    return FolderNames.read(wire, false);
  }

  @Override
  public String toString() {
    return text;
  }
}
