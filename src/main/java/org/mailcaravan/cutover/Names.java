package org.mailcaravan.cutover;

import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** Names as dnsjava has them. */
final class Names {
  private Names() {}

  /**
   * A name without a dot at the end.
   *
   * @throws IllegalArgumentException when it is longer than a name can be
   */
  static Name of(String text) {
    try {
      return Name.fromString(text, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("is longer than a name can be", e);
    }
  }
}
