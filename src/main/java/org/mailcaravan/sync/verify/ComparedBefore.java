package org.mailcaravan.sync.verify;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.imap.UidSet;

/**
 * What comparisons of contents showed, by source UID, so that copies need not be read again: mail
 * never changes. For one thread.
 *
 * @param otherSize those whose copies have another size and are the same
 * @param otherHeader those whose copies have another header and are the same but for that
 * @param otherContent those whose copies are altered, as a deep comparison found; this stands until
 *     the next of these, or until the copy is another
 */
record ComparedBefore(UidSet otherSize, UidSet otherHeader, UidSet otherContent) {
  private static final String SEPARATOR = "|";

  ComparedBefore() {
    this(new UidSet(), new UidSet(), new UidSet());
  }

  /** All but what is altered. */
  ComparedBefore withoutFindings() {
    return new ComparedBefore(otherSize, otherHeader, new UidSet());
  }

  /** Nothing but what is altered. */
  ComparedBefore findings() {
    return new ComparedBefore(new UidSet(), new UidSet(), otherContent);
  }

  static ComparedBefore parse(String text) {
    String[] parts = (text + "||").split("\\|", -1);
    return new ComparedBefore(set(parts[0]), set(parts[1]), set(parts[2]));
  }

  private static UidSet set(String text) {
    return text.isEmpty() ? new UidSet() : UidSet.parse(text);
  }

  boolean contains(long uid) {
    return otherSize.contains(uid) || otherHeader.contains(uid);
  }

  /** As {@link #parse} reads it. */
  String text() {
    return Stream.of(otherSize, otherHeader, otherContent)
        .map(UidSet::toString)
        .collect(Collectors.joining(SEPARATOR));
  }
}
