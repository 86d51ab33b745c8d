package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Flags of messages by UID: 8 octets of memory for each message, since there are few sets of flags
 * and many messages. For one thread at a time.
 */
final class SeenFlags {
  private static final int ROOM = 64;

  private int[] uids = new int[ROOM];
  private int[] sets = new int[ROOM];
  private int rows;
  private final List<Set<String>> distinct = new ArrayList<>();
  private final Map<Set<String>, Integer> numbers = new HashMap<>();

  /** Adds a message, or replaces its flags. */
  void put(long uid, Set<String> flags) {
    int set = number(flags);
    int found = row(uid);
    if (found >= 0) {
      sets[found] = set;
      return;
    }
    if (rows == uids.length) {
      int room = rows + rows / 2;
      uids = Arrays.copyOf(uids, room);
      sets = Arrays.copyOf(sets, room);
    }
    int at = -found - 1;
    System.arraycopy(uids, at, uids, at + 1, rows - at);
    System.arraycopy(sets, at, sets, at + 1, rows - at);
    uids[at] = (int) uid;
    sets[at] = set;
    rows++;
  }

  private int number(Set<String> flags) {
    Integer known = numbers.get(flags);
    if (known != null) {
      return known;
    }
    distinct.add(flags);
    numbers.put(flags, distinct.size() - 1);
    return distinct.size() - 1;
  }

  private int row(long uid) {
    return UidColumn.row(uids, rows, uid);
  }

  /** The flags of a message, or null when they were not told. */
  @Nullable Set<String> of(long uid) {
    int row = row(uid);
    return row < 0 ? null : distinct.get(sets[row]);
  }

  boolean containsAll(Collection<Long> some) {
    return some.stream().allMatch(uid -> row(uid) >= 0);
  }

  /** All UIDs in ascending order. */
  LongStream uids() {
    return IntStream.range(0, rows).mapToLong(row -> Integer.toUnsignedLong(uids[row]));
  }

  /** Forgets all. */
  void clear() {
    uids = new int[ROOM];
    sets = new int[ROOM];
    rows = 0;
    distinct.clear();
    numbers.clear();
  }
}
