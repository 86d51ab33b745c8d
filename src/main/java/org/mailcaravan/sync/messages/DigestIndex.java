package org.mailcaravan.sync.messages;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;

/**
 * Finds the rows of a table by a key, in eight to twelve octets of memory a row, since tables of
 * large folders must fit into memory. Keys must be digests: their values are spread evenly.
 */
final class DigestIndex {
  static final int NONE = -1;

  private final int[] heads;
  private final int[] next;
  private final IntToLongFunction key;

  /**
   * @param count rows, from 0 on
   * @param included whether a row is to be found
   */
  DigestIndex(int count, IntToLongFunction key, IntPredicate included) {
    this.key = key;
    heads = new int[Math.max(1, Integer.highestOneBit(Math.max(1, count)))];
    next = new int[count];
    Arrays.fill(heads, NONE);
    // From the end, so that rows of one key are found in ascending order.
    for (int row = count - 1; row >= 0; row--) {
      next[row] = NONE;
      if (included.test(row)) {
        int slot = slot(key.applyAsLong(row));
        next[row] = heads[slot];
        heads[slot] = row;
      }
    }
  }

  private int slot(long digest) {
    return (int) ((digest ^ (digest >>> 32)) & (heads.length - 1));
  }

  /** The first row with a key, or {@link #NONE}. */
  int first(long digest) {
    return from(heads[slot(digest)], digest);
  }

  /** The row after one with the same key, or {@link #NONE}. */
  private int after(int row) {
    return from(next[row], key.applyAsLong(row));
  }

  /** All rows with a key, in their order. */
  List<Integer> rows(long digest) {
    List<Integer> rows = new ArrayList<>();
    for (int row = first(digest); row != NONE; row = after(row)) {
      rows.add(row);
    }
    return rows;
  }

  private int from(int start, long digest) {
    int row = start;
    while (row != NONE && key.applyAsLong(row) != digest) {
      row = next[row];
    }
    return row;
  }
}
