package org.mailcaravan.clients;

import java.util.Optional;
import org.mailcaravan.model.VisibleText;

/**
 * The address of a mailbox, as somebody wrote it.
 *
 * @param text the whole address
 * @param domain what stands behind its last {@code @}
 */
record ClientAddress(String text, String domain) {
  /** RFC 5321 (4.5.3.1.3), and what names in other scripts need. */
  private static final int LONGEST = 320;

  /** Empty for what is no address, and for one with blanks or invisible characters. */
  static Optional<ClientAddress> of(String text) {
    int at = text.lastIndexOf('@');
    boolean isPlain =
        text.length() <= LONGEST
            && text.codePoints()
                .allMatch(c -> VisibleText.isVisible(c) && !Character.isSpaceChar(c));
    return at > 0 && isPlain
        ? Optional.of(new ClientAddress(text, text.substring(at + 1)))
        : Optional.empty();
  }
}
