package org.mailcaravan.sync.messages;

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
public final class MessageSizes {
  /** Never changed once it is shared with a copy. */
  private NumbersByUid sizes = new NumbersByUid();

  private BitSet removed = new BitSet();
  private int removedRows;
  private boolean shared;

  /** Whether a number can be a UID. */
  public static boolean isUid(long number) {
    return NumbersByUid.isUid(number);
  }

  /**
   * Adds a message, or replaces the size of one that is there.
   *
   * @throws IllegalArgumentException unless it is a UID
   * @throws IllegalStateException after {@link #copy}
   */
  void add(long uid, long size) {
    if (shared || removedRows > 0) {
      throw new IllegalStateException("nothing can be added any more");
    }
    sizes.put(uid, Math.min(size, NumbersByUid.MOST));
  }

  /** How many messages are in it. */
  public int count() {
    return sizes.count() - removedRows;
  }

  public boolean isEmpty() {
    return count() == 0;
  }

  public boolean contains(long uid) {
    int row = sizes.row(uid);
    return row >= 0 && !removed.get(row);
  }

  /** The octets of a message; 0 when it is not there. */
  public long size(long uid) {
    int row = sizes.row(uid);
    return row < 0 || removed.get(row) ? 0 : Integer.toUnsignedLong(sizes.number(row));
  }

  /** The lowest UID from a certain one on, or -1 when there is none. */
  public long from(long uid) {
    int found = sizes.row(uid);
    int row = removed.nextClearBit(found < 0 ? -found - 1 : found);
    return row < sizes.count() ? sizes.uid(row) : -1;
  }

  /** The highest UID that was ever added, or 0. */
  public long highest() {
    return sizes.count() == 0 ? 0 : sizes.uid(sizes.count() - 1);
  }

  /** All UIDs in ascending order. */
  public LongStream uids() {
    return rows().mapToLong(sizes::uid);
  }

  /** The octets of all messages, in the order of the UIDs. */
  LongStream sizes() {
    return rows().mapToLong(row -> Integer.toUnsignedLong(sizes.number(row)));
  }

  private IntStream rows() {
    return IntStream.range(0, sizes.count()).filter(row -> !removed.get(row));
  }

  public void remove(long uid) {
    int row = sizes.row(uid);
    if (row >= 0 && !removed.get(row)) {
      removed.set(row);
      removedRows++;
    }
  }

  public void removeAll(Collection<Long> some) {
    some.forEach(this::remove);
  }

  public void removeIf(LongPredicate condition) {
    int rows = sizes.count();
    for (int row = removed.nextClearBit(0); row < rows; row = removed.nextClearBit(row + 1)) {
      if (condition.test(sizes.uid(row))) {
        removed.set(row);
        removedRows++;
      }
    }
    if (removedRows > rows / 2) {
      shrink();
    }
  }

  /** Removes all and frees their memory. */
  public void clear() {
    sizes = new NumbersByUid();
    removed = new BitSet();
    removedRows = 0;
    shared = false;
  }

  /** Frees the memory of removed entries. */
  private void shrink() {
    NumbersByUid left = new NumbersByUid();
    rows().forEach(row -> left.put(sizes.uid(row), sizes.number(row)));
    clear();
    sizes = left;
  }

  /** A copy that shares memory until either changes. */
  public MessageSizes copy() {
    shared = true;
    MessageSizes copy = new MessageSizes();
    copy.sizes = sizes;
    copy.removed = (BitSet) removed.clone();
    copy.removedRows = removedRows;
    copy.shared = true;
    return copy;
  }

  /** A copy to which more messages are added, unless they are in it. */
  public MessageSizes with(NavigableMap<Long, Long> more) {
    if (more.isEmpty()) {
      return copy();
    }
    MessageSizes all = new MessageSizes();
    uids().forEach(uid -> all.add(uid, size(uid)));
    more.forEach(
        (uid, size) -> {
          if (!all.contains(uid)) {
            all.add(uid, size);
          }
        });
    return all;
  }

  /** As a separate map, which takes ten times the memory. */
  NavigableMap<Long, Long> toMap() {
    NavigableMap<Long, Long> map = new TreeMap<>();
    uids().forEach(uid -> map.put(uid, size(uid)));
    return map;
  }
}
