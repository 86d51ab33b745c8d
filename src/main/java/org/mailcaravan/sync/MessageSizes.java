package org.mailcaravan.sync;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Announced octets of messages by UID, in the order of the UIDs: 8 octets of memory for each, so
 * that a folder of millions fits. For one thread at a time.
 */
final class MessageSizes {
  /** The highest UID that there can be (RFC 9051 section 2.3.1.1), and the largest size kept. */
  private static final long MOST = 0xFFFF_FFFFL;

  private static final int ROOM = 64;

  // Both columns hold unsigned numbers. They are never changed once they are shared with a copy.
  private int[] uids = new int[ROOM];
  private int[] sizes = new int[ROOM];
  private int rows;
  private BitSet removed = new BitSet();
  private int removedRows;
  private boolean shared;

  /** Whether a number can be a UID. */
  static boolean isUid(long number) {
    return number >= 1 && number <= MOST;
  }

  /**
   * Adds a message, or replaces the size of one that is there. Nearly always at the end: servers
   * answer in the order of the UIDs.
   *
   * @throws IllegalArgumentException unless it is a UID
   * @throws IllegalStateException after {@link #copy}
   */
  void add(long uid, long size) {
    if (!isUid(uid)) {
      throw new IllegalArgumentException("not a UID: " + uid);
    }
    if (shared || removedRows > 0) {
      throw new IllegalStateException("nothing can be added any more");
    }
    int found = row(uid);
    if (found >= 0) {
      sizes[found] = (int) Math.min(size, MOST);
      return;
    }
    if (rows == uids.length) {
      int room = rows + rows / 2;
      uids = Arrays.copyOf(uids, room);
      sizes = Arrays.copyOf(sizes, room);
    }
    int at = -found - 1;
    insert(uids, at, (int) uid);
    insert(sizes, at, (int) Math.min(size, MOST));
    rows++;
  }

  private void insert(int[] column, int at, int value) {
    System.arraycopy(column, at, column, at + 1, rows - at);
    column[at] = value;
  }

  /** The row of a UID, removed or not; else where it would have to go, as of a binary search. */
  private int row(long uid) {
    return UidColumn.row(uids, rows, uid);
  }

  /** How many messages are in it. */
  int count() {
    return rows - removedRows;
  }

  boolean isEmpty() {
    return count() == 0;
  }

  boolean contains(long uid) {
    int row = row(uid);
    return row >= 0 && !removed.get(row);
  }

  /** The octets of a message; 0 when it is not there. */
  long size(long uid) {
    int row = row(uid);
    return row < 0 || removed.get(row) ? 0 : Integer.toUnsignedLong(sizes[row]);
  }

  /** The lowest UID from a certain one on, or -1 when there is none. */
  long from(long uid) {
    int found = row(uid);
    int row = removed.nextClearBit(found < 0 ? -found - 1 : found);
    return row < rows ? Integer.toUnsignedLong(uids[row]) : -1;
  }

  /** The highest UID that was ever added, or 0. */
  long highest() {
    return rows == 0 ? 0 : Integer.toUnsignedLong(uids[rows - 1]);
  }

  /** All UIDs in ascending order. */
  LongStream uids() {
    return rows().mapToLong(row -> Integer.toUnsignedLong(uids[row]));
  }

  /** The octets of all messages, in the order of the UIDs. */
  LongStream sizes() {
    return rows().mapToLong(row -> Integer.toUnsignedLong(sizes[row]));
  }

  private IntStream rows() {
    return IntStream.range(0, rows).filter(row -> !removed.get(row));
  }

  void remove(long uid) {
    int row = row(uid);
    if (row >= 0 && !removed.get(row)) {
      removed.set(row);
      removedRows++;
    }
  }

  void removeAll(Collection<Long> some) {
    some.forEach(this::remove);
  }

  void removeIf(LongPredicate condition) {
    for (int row = removed.nextClearBit(0); row < rows; row = removed.nextClearBit(row + 1)) {
      if (condition.test(Integer.toUnsignedLong(uids[row]))) {
        removed.set(row);
        removedRows++;
      }
    }
    if (removedRows > rows / 2) {
      shrink();
    }
  }

  /** Gives the room of what was removed back. */
  private void shrink() {
    int[] uidsLeft = new int[Math.max(ROOM, count())];
    int[] sizesLeft = new int[uidsLeft.length];
    int left = 0;
    for (int row = removed.nextClearBit(0); row < rows; row = removed.nextClearBit(row + 1)) {
      uidsLeft[left] = uids[row];
      sizesLeft[left] = sizes[row];
      left++;
    }
    uids = uidsLeft;
    sizes = sizesLeft;
    rows = left;
    removed = new BitSet();
    removedRows = 0;
    shared = false;
  }

  /** The same messages, of which each may have some removed; costs next to no memory. */
  MessageSizes copy() {
    shared = true;
    MessageSizes copy = new MessageSizes();
    copy.uids = uids;
    copy.sizes = sizes;
    copy.rows = rows;
    copy.removed = (BitSet) removed.clone();
    copy.removedRows = removedRows;
    copy.shared = true;
    return copy;
  }

  /** A copy to which more messages are added, unless they are in it. */
  MessageSizes with(NavigableMap<Long, Long> more) {
    if (more.isEmpty()) {
      return copy();
    }
    MessageSizes all = new MessageSizes();
    rows()
        .forEach(
            row -> all.add(Integer.toUnsignedLong(uids[row]), Integer.toUnsignedLong(sizes[row])));
    more.forEach(
        (uid, size) -> {
          if (!all.contains(uid)) {
            all.add(uid, size);
          }
        });
    return all;
  }

  /** As a map of its own, which takes ten times the memory. */
  NavigableMap<Long, Long> toMap() {
    NavigableMap<Long, Long> map = new TreeMap<>();
    rows()
        .forEach(
            row -> map.put(Integer.toUnsignedLong(uids[row]), Integer.toUnsignedLong(sizes[row])));
    return map;
  }
}
