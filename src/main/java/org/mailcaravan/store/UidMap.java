package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which source UID became which destination UID, kept as ranges that run in parallel (as COPYUID
 * writes them, RFC 4315), so that a million messages copied in order are one range. Not
 * thread-safe.
 */
final class UidMap {
  /**
   * Source UIDs {@code sourceFirst} to {@code sourceFirst + length - 1}.
   *
   * @param first where the first of them went; where its UID there is known, those of the others
   *     follow it
   */
  record Range(long sourceFirst, long length, Place first) {
    /** Of UIDs (RFC 9051 section 2.3.1.1). */
    private static final long MOST = 0xFFFF_FFFFL;

    Range {
      if (sourceFirst < 1
          || length < 1
          || sourceFirst + length - 1 > MOST
          || first.destinationUid() + length - 1 > MOST) {
        throw new IllegalArgumentException("range " + sourceFirst + "+" + length);
      }
    }

    long sourceEnd() {
      return sourceFirst + length;
    }

    Place place(long sourceUid) {
      long uid = first.destinationUid();
      return new Place(
          uid == 0 ? 0 : uid + sourceUid - sourceFirst, first.standing(), first.gone());
    }

    private boolean isContinuedBy(Range next) {
      return sourceEnd() == next.sourceFirst && place(next.sourceFirst).equals(next.first);
    }

    /** The part from one source UID to before another. */
    private Range part(long from, long end) {
      return new Range(from, end - from, place(from));
    }
  }

  private final UidRanges ranges = new UidRanges();
  private long count;

  UidMap(Collection<Range> stored) {
    stored.forEach(this::add);
  }

  /** Adds a range as it was stored. */
  void add(Range stored) {
    ranges.put(stored);
    count += stored.length();
  }

  /** How many source UIDs are in it. */
  long count() {
    return count;
  }

  /** Where a message went, or null when that is not known of it. */
  @Nullable Place place(long sourceUid) {
    return ranges.place(sourceUid);
  }

  private @Nullable Range rangeOf(long sourceUid) {
    Range range = ranges.floor(sourceUid);
    return range != null && sourceUid < range.sourceEnd() ? range : null;
  }

  /** How many of them have not left the source folder. */
  long present() {
    return ranges.present();
  }

  /** All ranges in the order of their source UIDs. */
  List<Range> ranges() {
    List<Range> all = new ArrayList<>();
    forEachRange(all::add);
    return all;
  }

  /** The same, one after the other. */
  void forEachRange(Consumer<Range> consumer) {
    ranges.forEach(1, Long.MAX_VALUE, consumer);
  }

  /** Messages of certain source UIDs, both included, in their order; nothing may change them. */
  void forEach(long first, long last, BiConsumer<Long, Place> consumer) {
    Range before = ranges.floor(first);
    long start = before == null ? first : before.sourceFirst();
    ranges.forEach(
        start,
        last,
        range -> {
          long end = Math.min(range.sourceEnd() - 1, last);
          for (long uid = Math.max(first, range.sourceFirst()); uid <= end; uid++) {
            consumer.accept(uid, range.place(uid));
          }
        });
  }

  /** The ranges that a change removed and those that it made, so that only these are written. */
  record Change(Collection<Range> removed, Collection<Range> made) {}

  /** Adds messages, or replaces what was known of them. */
  Change put(NavigableMap<Long, Place> places) {
    Editing editing = new Editing();
    places.forEach(
        (uid, place) -> {
          editing.carve(uid);
          editing.join(new Range(uid, 1, place));
        });
    return editing.change();
  }

  /** Forgets messages. */
  Change remove(Collection<Long> sourceUids) {
    Editing editing = new Editing();
    sourceUids.forEach(editing::carve);
    return editing.change();
  }

  private final class Editing {
    private final Map<Long, Range> removed = new TreeMap<>();
    private final Map<Long, Range> made = new TreeMap<>();

    void carve(long uid) {
      Range range = rangeOf(uid);
      if (range == null) {
        return;
      }
      take(range);
      if (range.sourceFirst() < uid) {
        make(range.part(range.sourceFirst(), uid));
      }
      if (uid + 1 < range.sourceEnd()) {
        make(range.part(uid + 1, range.sourceEnd()));
      }
    }

    void join(Range added) {
      Range joined = added;
      Range before = ranges.floor(added.sourceFirst() - 1);
      if (before != null && before.isContinuedBy(joined)) {
        take(before);
        joined = new Range(before.sourceFirst(), before.length() + joined.length(), before.first());
      }
      Range after = ranges.floor(joined.sourceEnd());
      if (after != null && joined.isContinuedBy(after)) {
        take(after);
        joined = new Range(joined.sourceFirst(), joined.length() + after.length(), joined.first());
      }
      make(joined);
    }

    private void make(Range range) {
      ranges.put(range);
      made.put(range.sourceFirst(), range);
      count += range.length();
    }

    private void take(Range range) {
      ranges.remove(range.sourceFirst());
      count -= range.length();
      if (made.remove(range.sourceFirst()) == null) {
        removed.put(range.sourceFirst(), range);
      }
    }

    Change change() {
      return new Change(removed.values(), made.values());
    }
  }
}
