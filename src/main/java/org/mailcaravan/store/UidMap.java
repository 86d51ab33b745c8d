package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which source UID became which destination UID, kept as ranges that run in parallel (as COPYUID
 * writes them, RFC 4315), so that a million messages copied in order are one range. Not
 * thread-safe.
 */
final class UidMap {
  /**
   * Source UIDs {@code sourceFirst} to {@code sourceFirst + length - 1}.
   *
   * @param destinationFirst the UID of the first at the destination, or 0 when the UIDs there are
   *     unknown
   */
  record Range(long sourceFirst, long length, long destinationFirst) {
    Range {
      if (sourceFirst < 1 || length < 1 || destinationFirst < 0) {
        throw new IllegalArgumentException(
            "range " + sourceFirst + "+" + length + " to " + destinationFirst);
      }
    }

    private long sourceEnd() {
      return sourceFirst + length;
    }

    private boolean isContinuedBy(Range next) {
      return sourceEnd() == next.sourceFirst
          && (destinationFirst == 0
              ? next.destinationFirst == 0
              : next.destinationFirst == destinationFirst + length);
    }

    private Range joined(Range next) {
      return new Range(sourceFirst, length + next.length, destinationFirst);
    }
  }

  private final NavigableMap<Long, Range> ranges = new TreeMap<>();
  private long count;

  UidMap(Collection<Range> stored) {
    for (Range range : stored) {
      ranges.put(range.sourceFirst(), range);
      count += range.length();
    }
  }

  /** How many source UIDs are in it. */
  long count() {
    return count;
  }

  boolean contains(long sourceUid) {
    Map.Entry<Long, Range> entry = ranges.floorEntry(sourceUid);
    return entry != null && sourceUid < entry.getValue().sourceEnd();
  }

  /** All ranges in the order of their source UIDs. */
  List<Range> ranges() {
    return new ArrayList<>(ranges.values());
  }

  /** The ranges that an addition removed and those that it made, so that only these are written. */
  record Change(Collection<Range> removed, Collection<Range> made) {}

  /**
   * Adds pairs.
   *
   * @param destinationBySource destination UIDs, 0 where unknown, by source UIDs that are not in
   *     the map yet
   */
  Change add(NavigableMap<Long, Long> destinationBySource) {
    Map<Long, Range> removed = new TreeMap<>();
    Map<Long, Range> made = new TreeMap<>();
    destinationBySource.forEach(
        (source, destination) -> {
          if (contains(source)) {
            throw new IllegalArgumentException("source UID " + source + " is in the map already");
          }
          Range added = new Range(source, 1, destination);
          Map.Entry<Long, Range> before = ranges.lowerEntry(source);
          if (before != null && before.getValue().isContinuedBy(added)) {
            added = take(before.getValue(), removed, made).joined(added);
          }
          Range after = ranges.get(added.sourceEnd());
          if (after != null && added.isContinuedBy(after)) {
            added = added.joined(take(after, removed, made));
          }
          ranges.put(added.sourceFirst(), added);
          made.put(added.sourceFirst(), added);
          count++;
        });
    return new Change(removed.values(), made.values());
  }

  private Range take(Range range, Map<Long, Range> removed, Map<Long, Range> made) {
    ranges.remove(range.sourceFirst());
    if (made.remove(range.sourceFirst()) == null) {
      removed.put(range.sourceFirst(), range);
    }
    return range;
  }
}
