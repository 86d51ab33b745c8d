package org.mailcaravan.imap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.LongConsumer;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * A set of UIDs as IMAP names them (the {@code sequence-set} of RFC 9051 section 9), in a bitmap:
 * at most some two octets for each UID, whatever gaps are between them, and cheap in whatever order
 * they are added. For one thread.
 */
public final class UidSet {
  /** Dovecot takes lines of 64 KiB, Courier and others of 8 KiB. */
  static final int MOST_OCTETS = 7_500;

  /** The highest UID that there can be (RFC 9051 section 2.3.1.1). */
  private static final long MOST = 0xFFFF_FFFFL;

  /** What {@code *} counts as: the highest UID that there is, whatever it is. */
  private static final long HIGHEST = Long.MAX_VALUE;

  /** Those below {@link #openFrom}, but not the one before it. */
  private final RoaringBitmap uids = new RoaringBitmap();

  /** All from here on are in the set; {@link #HIGHEST} where it is not open. */
  private long openFrom = HIGHEST;

  /** An empty set. */
  public UidSet() {}

  /**
   * UIDs that follow one another without a gap.
   *
   * @param first at least 1
   * @param last at least {@code first}; {@link Long#MAX_VALUE} where the set was open, as in {@code
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

  /** The set of these UIDs, which may come in any order and more than once. */
  public static UidSet of(Collection<Long> uids) {
    UidSet set = new UidSet();
    uids.forEach(set::add);
    return set;
  }

  /**
   * Reads an IMAP sequence set. The {@code *}, the highest UID that there is, counts as infinite,
   * and alone as any.
   *
   * @throws IllegalArgumentException when it is none
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
   * Adds one part of a sequence set: a UID, or two with a colon between them in any order.
   *
   * @throws IllegalArgumentException when it is none
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
   * The UIDs of a set in the order in which they stand there, as APPENDUID and COPYUID list them
   * (RFC 4315 section 3), where 7:5 means the same as 5:7.
   *
   * @param most how many there may be
   * @return empty when it is no set, has a {@code *}, or more members
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

  /** How many UIDs are in it; those up to {@link Long#MAX_VALUE} where the set is open. */
  public long count() {
    return uids.getLongCardinality() + (openFrom == HIGHEST ? 0 : HIGHEST - openFrom + 1);
  }

  /** The lowest UID of the set from a certain one on, or -1 when there is none. */
  public long next(long uid) {
    long next = uid > MOST ? -1 : uids.nextValue((int) Math.max(1, uid));
    return next >= 0 || openFrom == HIGHEST ? next : Math.max(uid, openFrom);
  }

  /**
   * Gives all UIDs in ascending order; they must not change meanwhile.
   *
   * @throws IllegalStateException when the set is open
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

  /** The ranges in ascending order, with a gap between any two: for sets that are not large. */
  public List<Range> ranges() {
    List<Range> list = new ArrayList<>();
    forEachRange((first, last) -> list.add(new Range(first, last)));
    return list;
  }

  /**
   * Sequence sets that together name exactly these UIDs, each at most 7,500 octets, so that a
   * command with one fits the line that servers take; none when this is empty.
   */
  public List<String> commands() {
    return texts(MOST_OCTETS);
  }

  /** As {@link #commands()}, each of at most so many UIDs. */
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

  /** As one sequence set of any length; empty when there are none. */
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
   * Adds all from {@code first} to {@code last}, both included; {@link Long#MAX_VALUE} opens the
   * set, and what else is too high to be a UID is left out.
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

  /** Adds all of another set. */
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
   * Takes a UID out, where it is in.
   *
   * @throws IllegalStateException when the set is open
   */
  public void remove(long uid) {
    requireClosed();
    if (contains(uid)) {
      uids.remove((int) uid);
    }
  }

  /**
   * Takes all of another set out.
   *
   * @throws IllegalStateException when either is open
   */
  public void removeAll(UidSet others) {
    requireClosed();
    others.requireClosed();
    uids.andNot(others.uids);
  }
}
