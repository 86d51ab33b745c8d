package org.mailcaravan.imap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.LongConsumer;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * A set of UIDs (the {@code sequence-set} of RFC 9051 section 9) in a bitmap, which takes about two
 * octets for each UID at most, with any gaps, and is fast for UIDs in any order. For one thread.
 */
public final class UidSet {
  /** Dovecot takes lines of 64 KiB, Courier and others of 8 KiB. */
  static final int MOST_OCTETS = 7_500;

  /** The highest UID that there can be (RFC 9051 section 2.3.1.1). */
  private static final long MOST = 0xFFFF_FFFFL;

  /** Stands for {@code *}, the highest UID in the folder. */
  private static final long HIGHEST = Long.MAX_VALUE;

  /** The UIDs below {@link #openFrom}; never the one directly before it. */
  private final RoaringBitmap uids = new RoaringBitmap();

  /** All UIDs from here on are in the set; {@link #HIGHEST} when it has an end. */
  private long openFrom = HIGHEST;

  /** An empty set. */
  public UidSet() {}

  /**
   * UIDs that follow one another without a gap.
   *
   * @param first at least 1
   * @param last at least {@code first}; {@link Long#MAX_VALUE} for a set without end, as in {@code
   *     7:*}
   */
  public record Range(long first, long last) {
    public Range {
      if (first < 1 || last < first) {
        throw noRange(first, last);
      }
    }
  }

  private static IllegalArgumentException noRange(long first, long last) {
    return new IllegalArgumentException("no range of UIDs: " + first + " to " + last);
  }

  /** These UIDs, in any order; repeated ones count once. */
  public static UidSet of(Collection<Long> uids) {
    UidSet set = new UidSet();
    uids.forEach(set::add);
    return set;
  }

  /**
   * Parses a sequence set. A {@code *} counts as infinite, and alone as every UID.
   *
   * @throws IllegalArgumentException when it is not one
   */
  public static UidSet parse(String set) {
    UidSet uids = new UidSet();
    for (int from = 0; from <= set.length(); ) {
      int comma = set.indexOf(',', from);
      int to = comma < 0 ? set.length() : comma;
      uids.addPart(set.substring(from, to));
      from = to + 1;
    }
    return uids;
  }

  /**
   * Adds one part of a sequence set: a UID, or two in any order with a colon between them.
   *
   * @throws IllegalArgumentException when it is not one
   */
  Range addPart(String part) {
    Range range = part(part);
    add(range.first(), range.last());
    return range;
  }

  private static Range part(String part) {
    int colon = part.indexOf(':');
    long first = one(colon < 0 ? part : part.substring(0, colon));
    long last = colon < 0 ? first : one(part.substring(colon + 1));
    if (first == HIGHEST && last == HIGHEST) {
      first = 1;
    }
    return new Range(Math.min(first, last), Math.max(first, last));
  }

  private static long one(String number) {
    if (number.equals("*")) {
      return HIGHEST;
    }
    long uid = number.length() > 10 ? -1 : ResponseText.number(number);
    if (uid < 1 || uid > MOST) {
      throw new IllegalArgumentException("not a set of UIDs: " + DisplayText.plain(number));
    }
    return uid;
  }

  /**
   * The UIDs of a sequence set in its own order, as APPENDUID and COPYUID list them (RFC 4315
   * section 3); 7:5 means the same as 5:7.
   *
   * @param most how many UIDs are allowed
   * @return empty when it is not a set, has a {@code *}, or has more UIDs
   */
  static List<Long> inOrder(String set, long most) {
    List<Long> uids = new ArrayList<>();
    for (int from = 0; from <= set.length(); ) {
      int comma = set.indexOf(',', from);
      int to = comma < 0 ? set.length() : comma;
      Range part;
      try {
        part = part(set.substring(from, to));
      } catch (IllegalArgumentException e) {
        return List.of();
      }
      if (part.last() - part.first() >= most - uids.size()) {
        return List.of();
      }
      for (long uid = part.first(); uid <= part.last(); uid++) {
        uids.add(uid);
      }
      from = to + 1;
    }
    return uids;
  }

  public boolean contains(long uid) {
    return uid >= 1 && uid <= MOST && (uid >= openFrom || uids.contains((int) uid));
  }

  public boolean isEmpty() {
    return uids.isEmpty() && openFrom == HIGHEST;
  }

  /** How many UIDs are in it; without end, counted up to {@link Long#MAX_VALUE}. */
  public long count() {
    return uids.getLongCardinality() + (openFrom == HIGHEST ? 0 : HIGHEST - openFrom + 1);
  }

  /** The lowest UID in the set that is at least {@code uid}, or -1. */
  public long next(long uid) {
    long next = uid > MOST ? -1 : uids.nextValue((int) Math.max(1, uid));
    return next >= 0 || openFrom == HIGHEST ? next : Math.max(uid, openFrom);
  }

  /**
   * Passes on all UIDs in ascending order; the set must not change meanwhile.
   *
   * @throws IllegalStateException when the set has no end
   */
  public void forEach(LongConsumer consumer) {
    requireClosed();
    uids.forEach((IntConsumer) uid -> consumer.accept(Integer.toUnsignedLong(uid)));
  }

  private void requireClosed() {
    if (openFrom != HIGHEST) {
      throw new IllegalStateException("the set has no end: " + this);
    }
  }

  @FunctionalInterface
  private interface RangeConsumer {
    void accept(long first, long last);
  }

  private void forEachRange(RangeConsumer consumer) {
    for (long first = uids.nextValue(0); first >= 0; ) {
      long end = uids.nextAbsentValue((int) first);
      boolean toTheEnd = end < first;
      consumer.accept(first, toTheEnd ? MOST : end - 1);
      first = toTheEnd || end > MOST ? -1 : uids.nextValue((int) end);
    }
    if (openFrom != HIGHEST) {
      consumer.accept(openFrom, HIGHEST);
    }
  }

  /** The ranges in ascending order, with gaps between them. Takes memory for each range. */
  public List<Range> ranges() {
    List<Range> list = new ArrayList<>();
    forEachRange((first, last) -> list.add(new Range(first, last)));
    return list;
  }

  /**
   * Sequence sets that together name exactly these UIDs, each at most 7,500 octets, so that a
   * command fits the lines that servers accept. None when the set is empty.
   */
  public List<String> commands() {
    return texts(MOST_OCTETS);
  }

  /** As {@link #commands()}, with at most so many UIDs in each. */
  List<String> commands(long most) {
    if (count() <= most) {
      return commands();
    }
    List<String> sets = new ArrayList<>();
    UidSet piece = new UidSet();
    for (Range range : ranges()) {
      for (long first = range.first(); first <= range.last(); ) {
        long last = Math.min(range.last(), first + (most - piece.count()) - 1);
        piece.add(first, last);
        first = last + 1;
        if (piece.count() == most) {
          sets.addAll(piece.commands());
          piece = new UidSet();
        }
      }
    }
    sets.addAll(piece.commands());
    return sets;
  }

  /** One sequence set of any length, or empty. */
  @Override
  public String toString() {
    return isEmpty() ? "" : texts(Integer.MAX_VALUE).get(0);
  }

  private List<String> texts(int mostOctets) {
    List<String> sets = new ArrayList<>();
    StringBuilder set = new StringBuilder();
    forEachRange(
        (first, last) -> {
          String range = text(first, last);
          if (set.length() + 1 > mostOctets - range.length()) {
            sets.add(set.toString());
            set.setLength(0);
          }
          set.append(set.isEmpty() ? "" : ",").append(range);
        });
    if (!set.isEmpty()) {
      sets.add(set.toString());
    }
    return sets;
  }

  private static String text(long first, long last) {
    if (first == last) {
      return Long.toString(first);
    }
    return first + ":" + (last == HIGHEST ? "*" : Long.toString(last));
  }

  /**
   * Adds a UID.
   *
   * @throws IllegalArgumentException when it is below 1
   */
  public void add(long uid) {
    add(uid, uid);
  }

  /**
   * Adds all from {@code first} to {@code last}, both included; {@link Long#MAX_VALUE} gives a set
   * without end. What else is too high for a UID is left out.
   *
   * @throws IllegalArgumentException unless 1 &lt;= first &lt;= last
   */
  public void add(long first, long last) {
    if (first < 1 || last < first) {
      throw noRange(first, last);
    }
    if (first >= openFrom || first > MOST) {
      return;
    }
    if (last == HIGHEST) {
      openFrom = first;
      uids.remove(first, MOST + 1);
    } else if (first == last) {
      uids.add((int) first);
    } else {
      uids.add(first, Math.min(last, Math.min(MOST, openFrom - 1)) + 1);
    }
    while (openFrom != HIGHEST && openFrom > 1 && uids.contains((int) (openFrom - 1))) {
      openFrom = uids.previousAbsentValue((int) (openFrom - 1)) + 1;
      uids.remove(openFrom, MOST + 1);
    }
  }

  /** Adds all UIDs of another set. */
  public void addAll(UidSet others) {
    uids.or(others.uids);
    if (others.openFrom != HIGHEST) {
      add(others.openFrom, HIGHEST);
    } else if (openFrom != HIGHEST) {
      long first = openFrom;
      openFrom = HIGHEST;
      add(first, HIGHEST);
    }
  }

  /**
   * Removes a UID, if it is in the set.
   *
   * @throws IllegalStateException when the set has no end
   */
  public void remove(long uid) {
    requireClosed();
    if (contains(uid)) {
      uids.remove((int) uid);
    }
  }

  /**
   * Removes all UIDs of another set.
   *
   * @throws IllegalStateException when either has no end
   */
  public void removeAll(UidSet others) {
    requireClosed();
    others.requireClosed();
    uids.andNot(others.uids);
  }
}
