package org.mailcaravan.sync;

import org.mailcaravan.imap.UidSet;

/**
 * Source UIDs of messages whose copies were read whole in an earlier comparison, so that they need
 * not be read again: mail never changes. For one thread.
 *
 * @param otherSize those whose copies have another size and are the same
 * @param otherHeader those whose copies have another header and are the same but for that
 */
record ComparedBefore(UidSet otherSize, UidSet otherHeader) {
  private static final char SEPARATOR = '|';

  ComparedBefore() {
    this(new UidSet(), new UidSet());
  }

  static ComparedBefore parse(String text) {
    int separator = text.indexOf(SEPARATOR);
    return separator < 0
        ? new ComparedBefore(set(text), new UidSet())
        : new ComparedBefore(set(text.substring(0, separator)), set(text.substring(separator + 1)));
  }

  private static UidSet set(String text) {
    return text.isEmpty() ? new UidSet() : UidSet.parse(text);
  }

  boolean contains(long uid) {
    return otherSize.contains(uid) || otherHeader.contains(uid);
  }

  /** As {@link #parse} reads it. */
  String text() {
    return otherHeader.isEmpty()
        ? otherSize.toString()
        : otherSize.toString() + SEPARATOR + otherHeader;
  }
}
