package org.mailcaravan.imap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** A set of UIDs, kept as ranges; cheap where they come in ascending order. For one thread. */
final class UidSet {
  private static final Pattern SYNTAX =
      Pattern.compile("(\\d{1,10}|\\*)(:(\\d{1,10}|\\*))?(,(\\d{1,10}|\\*)(:(\\d{1,10}|\\*))?)*");
  private static final Pattern COMMA = Pattern.compile(",");

  private long[] starts = new long[8];
  private long[] ends = new long[8];
  private int ranges;

  /**
   * Reads an IMAP sequence set. The {@code *}, the highest UID that there is, counts as infinite,
   * and alone as any.
   *
   * @throws IllegalArgumentException when it is none
   */
  static UidSet parse(String set) {
    if (!SYNTAX.matcher(set).matches()) {
      throw new IllegalArgumentException("not a set of UIDs: " + DisplayText.plain(set));
    }
    UidSet uids = new UidSet();
    for (String part : COMMA.split(set, -1)) {
      int colon = part.indexOf(':');
      long first = one(colon < 0 ? part : part.substring(0, colon));
      long last = colon < 0 ? first : one(part.substring(colon + 1));
      if (first == Long.MAX_VALUE && last == Long.MAX_VALUE) {
        first = 1;
      }
      uids.add(Math.min(first, last), Math.max(first, last));
    }
    return uids;
  }

  private static long one(String number) {
    return number.equals("*") ? Long.MAX_VALUE : Long.parseLong(number);
  }

  /**
   * The UIDs of a set in the order in which they stand there, as APPENDUID lists them (RFC 4315
   * section 3); empty when it is no set or has not {@code count} members.
   */
  static List<Long> inOrder(String set, int count) {
    if (!SYNTAX.matcher(set).matches() || set.contains("*")) {
      return List.of();
    }
    List<Long> uids = new ArrayList<>();
    for (String part : COMMA.split(set, -1)) {
      int colon = part.indexOf(':');
      long first = one(colon < 0 ? part : part.substring(0, colon));
      long last = colon < 0 ? first : one(part.substring(colon + 1));
      if (Math.abs(last - first) >= count) {
        return List.of();
      }
      for (long uid = Math.min(first, last); uid <= Math.max(first, last); uid++) {
        uids.add(uid);
      }
    }
    return uids.size() == count ? uids : List.of();
  }

  boolean contains(long uid) {
    int i = lastRangeFrom(uid);
    return i >= 0 && uid <= ends[i];
  }

  void add(long uid) {
    add(uid, uid);
  }

  private void add(long first, long last) {
    int from = lastRangeFrom(first);
    if (from < 0 || (ends[from] != Long.MAX_VALUE && ends[from] + 1 < first)) {
      from++;
    }
    int to = from;
    while (to < ranges && (last == Long.MAX_VALUE || starts[to] <= last + 1)) {
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
