package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Writes UIDs as IMAP sequence sets (RFC 9051 section 9). */
final class UidSet {
  /** Dovecot takes lines of 64 KiB, Courier and others of 8 KiB. */
  static final int MOST_OCTETS = 7_500;

  private UidSet() {}

  /**
   * The sets, each short enough for a command, that name exactly these UIDs, which must be in
   * ascending order.
   */
  static List<String> of(Collection<Long> uids) {
    List<String> sets = new ArrayList<>();
    StringBuilder set = new StringBuilder();
    long first = -1;
    long last = -1;
    for (long uid : uids) {
      if (first >= 0 && uid == last + 1) {
        last = uid;
        continue;
      }
      if (first >= 0) {
        append(set, first, last, sets);
      }
      first = uid;
      last = uid;
    }
    if (first >= 0) {
      append(set, first, last, sets);
    }
    if (!set.isEmpty()) {
      sets.add(set.toString());
    }
    return sets;
  }

  private static void append(StringBuilder set, long first, long last, List<String> sets) {
    String range = first == last ? Long.toString(first) : first + ":" + last;
    if (set.length() + range.length() + 1 > MOST_OCTETS) {
      sets.add(set.toString());
      set.setLength(0);
    }
    if (!set.isEmpty()) {
      set.append(',');
    }
    set.append(range);
  }
}
