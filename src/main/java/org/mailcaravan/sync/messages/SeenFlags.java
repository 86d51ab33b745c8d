package org.mailcaravan.sync.messages;

import java.util.ArrayList;
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
public final class SeenFlags {
  /** The numbers of their sets. */
  private NumbersByUid sets = new NumbersByUid();

  private final List<Set<String>> distinct = new ArrayList<>();
  private final Map<Set<String>, Integer> numbers = new HashMap<>();

  /**
   * Adds a message, or replaces its flags.
   *
   * @throws IllegalArgumentException unless it is a UID
   */
  public void put(long uid, Set<String> flags) {
    sets.put(uid, number(flags));
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

  /** The flags of a message, or null when they were not given. */
  public @Nullable Set<String> of(long uid) {
    int row = sets.row(uid);
    return row < 0 ? null : distinct.get(sets.number(row));
  }

  public boolean containsAll(Collection<Long> some) {
    return some.stream().allMatch(sets::contains);
  }

  /** All UIDs in ascending order. */
  public LongStream uids() {
    return IntStream.range(0, sets.count()).mapToLong(sets::uid);
  }

  /** Forgets all. */
  public void clear() {
    sets = new NumbersByUid();
    distinct.clear();
    numbers.clear();
  }
}
