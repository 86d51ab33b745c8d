package org.mailcaravan.imap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A set of UIDs as IMAP names them (the {@code sequence-set} of RFC 9051 section 9), kept as ranges
 * in ascending order; cheap where UIDs are added in that order. For one thread.
 */
public final class UidSet {
  /** Dovecot takes lines of 64 KiB, Courier and others of 8 KiB. */
  static final int MOST_OCTETS = 7_500;

  /** What {@code *} counts as: the highest UID that there is, whatever it is. */
  private static final long HIGHEST = Long.MAX_VALUE;

  private long[] starts = new long[8];
  private long[] ends = new long[8];
  private int ranges;

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
        throw new IllegalArgumentException("no range of UIDs: " + first + " to " + last);
      }
    }
  }

  /** The set of these UIDs, which may come in any order and more than once. */
  public static UidSet of(Collection<Long> uids) {
    UidSet set = new UidSet();
    uids.stream().mapToLong(Long::longValue).sorted().forEach(set::add);
    return set;
  }

  /**
   * Reads an IMAP sequence set. The {@code *}, the highest UID that there is, counts as infinite,
   * and alone as any.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static UidSet parse(String set) {
    List<Range> parts = new ArrayList<>();
    for (int from = 0; from <= set.length(); ) {
      int comma = set.indexOf(',', from);
      int to = comma < 0 ? set.length() : comma;
      parts.add(part(set.substring(from, to)));
      from = to + 1;
    }
    // In any order but this one, each would move all that are there.
    parts.sort(Comparator.comparingLong(Range::first));
    UidSet uids = new UidSet();
    parts.forEach(part -> uids.add(part.first(), part.last()));
    return uids;
  }

  /**
   * Adds one part of a sequence set: a UID, or two with a colon between them in any order.
   *
   * @throws IllegalArgumentException when it is none
   */
  void addPart(String part) {
    Range range = part(part);
    add(range.first(), range.last());
  }

  /** Whether a part begins after all that are there, so that it costs nothing to add it. */
  boolean isBefore(String part) {
    return ranges == 0 || part(part).first() > starts[ranges - 1];
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
    if (uid < 1) {
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
      UidSet part = new UidSet();
      try {
        part.addPart(set.substring(from, to));
      } catch (IllegalArgumentException e) {
        return List.of();
      }
      if (part.count() > most - uids.size()) {
        return List.of();
      }
      for (long uid = part.starts[0]; uid <= part.ends[0]; uid++) {
        uids.add(uid);
      }
      from = to + 1;
    }
    return uids;
  }

  public boolean contains(long uid) {
    int i = lastRangeFrom(uid);
    return i >= 0 && uid <= ends[i];
  }

  public boolean isEmpty() {
    return ranges == 0;
  }

  /** How many UIDs are in it; those up to {@link Long#MAX_VALUE} where the set is open. */
  public long count() {
    long count = 0;
    for (int i = 0; i < ranges; i++) {
      count += ends[i] - starts[i] + 1;
    }
    return count;
  }

  /** The ranges in ascending order, with a gap between any two. */
  public List<Range> ranges() {
    List<Range> list = new ArrayList<>(ranges);
    for (int i = 0; i < ranges; i++) {
      list.add(new Range(starts[i], ends[i]));
    }
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
    return ranges == 0 ? "" : texts(Integer.MAX_VALUE).get(0);
  }

  private List<String> texts(int mostOctets) {
    List<String> sets = new ArrayList<>();
    StringBuilder set = new StringBuilder();
    for (int i = 0; i < ranges; i++) {
      String range = text(starts[i], ends[i]);
      if (set.length() + 1 > mostOctets - range.length()) {
        sets.add(set.toString());
        set.setLength(0);
      }
      set.append(set.isEmpty() ? "" : ",").append(range);
    }
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

  public void add(long uid) {
    add(uid, uid);
  }

  /**
   * Adds all from {@code first} to {@code last}, both included.
   *
   * @throws IllegalArgumentException unless 1 &lt;= first &lt;= last
   */
  public void add(long first, long last) {
    Range added = new Range(first, last);
    int from = lastRangeFrom(added.first());
    if (from < 0 || (ends[from] != HIGHEST && ends[from] + 1 < first)) {
      from++;
    }
    int to = from;
    while (to < ranges && (last == HIGHEST || starts[to] <= last + 1)) {
      to++;
    }
    long start = from < to ? Math.min(first, starts[from]) : first;
    long end = from < to ? Math.max(last, ends[to - 1]) : last;
    replace(from, to, start, end);
  }

  /** Puts one range in the place of those from {@code from} to before {@code to}. */
  private void replace(int from, int to, long start, long end) {
    int rest = ranges - to;
    int size = from + 1 + rest;
    if (size > starts.length) {
      starts = Arrays.copyOf(starts, size * 2);
      ends = Arrays.copyOf(ends, size * 2);
    }
    System.arraycopy(starts, to, starts, from + 1, rest);
    System.arraycopy(ends, to, ends, from + 1, rest);
    starts[from] = start;
    ends[from] = end;
    ranges = size;
  }

  /** The last range that starts at or before {@code uid}, or -1. */
  private int lastRangeFrom(long uid) {
    if (ranges > 0 && starts[ranges - 1] <= uid) {
      return ranges - 1;
    }
    int found = Arrays.binarySearch(starts, 0, ranges, uid);
    return found >= 0 ? found : -found - 2;
  }
}
