package org.mailcaravan.sync.messages;

import java.util.Arrays;
import org.mailcaravan.store.Ledger;

/**
 * Numbers of 32 bits by UID: 8 octets of memory for each, so that folders of millions of messages
 * fit. Ascending UIDs are fastest; others wait in a short list that is merged as a whole. For one
 * thread at a time.
 */
public final class NumbersByUid {
  /** The highest UID that there can be (RFC 9051 section 2.3.1.1), and the largest number. */
  public static final long MOST = 0xFFFF_FFFFL;

  private static final int ROOM = 32;
  private static final int CHUNK_BITS = 13;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int MOST_LATE = 4_096;

  /** UID and number of each row, ascending; all chunks but the first are full ones. */
  private long[][] chunks = {new long[ROOM]};

  private int rows;

  /** What was put behind a higher UID, ascending. */
  private long[] late = new long[0];

  private int lateRows;

  /** Whether a number can be a UID. */
  public static boolean isUid(long number) {
    return number >= 1 && number <= MOST;
  }

  /** For unsigned order the highest bit is flipped. */
  private static long entry(long uid, long number) {
    return ((uid << 32) | (number & MOST)) ^ Long.MIN_VALUE;
  }

  private static long uidIn(long entry) {
    return (entry ^ Long.MIN_VALUE) >>> 32;
  }

  private long entry(int row) {
    return chunks[row >>> CHUNK_BITS][row & (CHUNK - 1)];
  }

  private void set(int row, long entry) {
    chunks[row >>> CHUNK_BITS][row & (CHUNK - 1)] = entry;
  }

  /**
   * Puts a number, of which 32 bits are kept; replaces an earlier one.
   *
   * @throws IllegalArgumentException unless the first is a UID
   */
  public void put(long uid, long number) {
    if (!isUid(uid)) {
      throw new IllegalArgumentException("not a UID: " + uid);
    }
    long entry = entry(uid, number);
    if (rows == 0 || uidIn(entry(rows - 1)) < uid) {
      ensureRoom(rows + 1);
      set(rows, entry);
      rows++;
      return;
    }
    int row = search(uid);
    if (row >= 0) {
      set(row, entry);
    } else {
      putLate(uid, entry);
    }
  }

  private void putLate(long uid, long entry) {
    int found = Arrays.binarySearch(late, 0, lateRows, entry(uid, 0));
    int at = found < 0 ? -found - 1 : found;
    if (at < lateRows && uidIn(late[at]) == uid) {
      late[at] = entry;
      return;
    }
    if (lateRows == late.length) {
      late = Arrays.copyOf(late, Math.max(ROOM, 2 * lateRows));
    }
    System.arraycopy(late, at, late, at + 1, lateRows - at);
    late[at] = entry;
    lateRows++;
    if (lateRows == MOST_LATE) {
      mergeLate();
    }
  }

  private void ensureRoom(int wanted) {
    if (wanted <= chunks[0].length) {
      return;
    }
    if (chunks[0].length < CHUNK) {
      int room = Math.max(2 * chunks[0].length, Math.min(wanted, CHUNK));
      chunks[0] = Arrays.copyOf(chunks[0], Math.min(room, CHUNK));
    }
    int had = chunks.length;
    int needed = (wanted + CHUNK - 1) >>> CHUNK_BITS;
    if (needed > had) {
      chunks = Arrays.copyOf(chunks, needed);
      for (int i = had; i < needed; i++) {
        chunks[i] = new long[CHUNK];
      }
    }
  }

  /** Merges the late entries, from the end. */
  private void mergeLate() {
    if (lateRows == 0) {
      return;
    }
    ensureRoom(rows + lateRows);
    int from = rows - 1;
    int to = rows + lateRows - 1;
    rows += lateRows;
    while (lateRows > 0) {
      if (from >= 0 && entry(from) > late[lateRows - 1]) {
        set(to--, entry(from--));
      } else {
        set(to--, late[--lateRows]);
      }
    }
    late = new long[0];
  }

  private int search(long uid) {
    if (rows == 0 || uidIn(entry(rows - 1)) < uid) {
      return -rows - 1;
    }
    int low = 0;
    int high = rows - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long found = uidIn(entry(middle));
      if (found == uid) {
        return middle;
      }
      if (found < uid) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }

  /** Whether a UID has a number; merges nothing. */
  public boolean contains(long uid) {
    if (search(uid) >= 0) {
      return true;
    }
    int found = Arrays.binarySearch(late, 0, lateRows, entry(uid, 0));
    int at = found < 0 ? -found - 1 : found;
    return at < lateRows && uidIn(late[at]) == uid;
  }

  public int count() {
    return rows + lateRows;
  }

  /** A number that is a UID as well, or 0 where there is none. */
  public long uidOf(long uid) {
    int row = row(uid);
    return row < 0 ? 0 : Integer.toUnsignedLong(number(row));
  }

  /** The row of a UID in ascending order, or {@code -(row + 1)} of where it would be. */
  int row(long uid) {
    mergeLate();
    return search(uid);
  }

  long uid(int row) {
    mergeLate();
    return uidIn(entry(row));
  }

  /** Gives all UIDs and numbers that are UIDs as well, in the order of the first. */
  public void forEach(Ledger.Renumbered.Sink sink) {
    for (int row = 0; row < count(); row++) {
      sink.take(uid(row), Integer.toUnsignedLong(number(row)));
    }
  }

  /** As it was put. */
  int number(int row) {
    mergeLate();
    return (int) entry(row);
  }
}
