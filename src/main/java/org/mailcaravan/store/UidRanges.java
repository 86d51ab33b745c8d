package org.mailcaravan.store;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.store.UidMap.Range;

/**
 * Ranges that do not overlap, by their first source UID: 21 octets of memory for each, since a
 * folder whose UIDs have gaps may have millions. Not thread-safe.
 */
final class UidRanges {
  private static final List<Standing> STANDINGS = List.of(Standing.values());

  /** Never empty, each by a source UID that is not higher than any in it. */
  private final NavigableMap<Long, Chunk> chunks = new TreeMap<>();

  /** The last range that begins at a source UID or before it, or null. */
  @Nullable Range floor(long sourceUid) {
    Chunk chunk = chunkOf(sourceUid);
    return chunk == null ? null : chunk.range(chunk.floor(sourceUid));
  }

  /** Where a message went, or null when it is in no range. */
  @Nullable Place place(long sourceUid) {
    Chunk chunk = chunkOf(sourceUid);
    return chunk == null ? null : chunk.place(chunk.floor(sourceUid), sourceUid);
  }

  /** The chunk that has the floor of a source UID, or null when there is none. */
  private @Nullable Chunk chunkOf(long sourceUid) {
    Map.Entry<Long, Chunk> entry = chunks.floorEntry(sourceUid);
    if (entry != null && entry.getValue().floor(sourceUid) < 0) {
      entry = chunks.lowerEntry(entry.getKey());
    }
    return entry == null ? null : entry.getValue();
  }

  /** Adds a range that overlaps no other, or replaces the one that begins at the same UID. */
  void put(Range range) {
    Map.Entry<Long, Chunk> entry = chunks.floorEntry(range.sourceFirst());
    if (entry == null) {
      Chunk chunk = new Chunk();
      chunk.put(range);
      chunks.put(range.sourceFirst(), chunk);
      return;
    }
    Chunk chunk = entry.getValue();
    if (chunk.isFull()) {
      Chunk rest = chunk.split(range.sourceFirst());
      if (rest.rows == 0) {
        rest.put(range);
        chunks.put(range.sourceFirst(), rest);
        return;
      }
      chunks.put(rest.firsts[0], rest);
      if (range.sourceFirst() >= rest.firsts[0]) {
        chunk = rest;
      }
    }
    chunk.put(range);
  }

  /** Removes the range that begins at a source UID, which must be there. */
  void remove(long sourceFirst) {
    Map.Entry<Long, Chunk> entry = chunks.floorEntry(sourceFirst);
    if (entry == null) {
      throw new IllegalStateException("no range at " + sourceFirst);
    }
    entry.getValue().remove(sourceFirst);
    if (entry.getValue().rows == 0) {
      chunks.remove(entry.getKey());
    }
  }

  /** Ranges in order, each that begins in these source UIDs. They must not change meanwhile. */
  void forEach(long first, long last, Consumer<Range> consumer) {
    Long start = chunks.floorKey(first);
    for (Chunk chunk : chunks.tailMap(start == null ? first : start, true).values()) {
      for (int row = Math.max(0, chunk.floor(first - 1) + 1); row < chunk.rows; row++) {
        if (chunk.firsts[row] > last) {
          return;
        }
        consumer.accept(chunk.range(row));
      }
    }
  }

  /** How many messages are in ranges that have not left the source folder. */
  long present() {
    long present = 0;
    for (Chunk chunk : chunks.values()) {
      for (int row = 0; row < chunk.rows; row++) {
        present += chunk.isGone(row) ? 0 : chunk.lengths[row];
      }
    }
    return present;
  }

  /** Some ranges in order, in columns. */
  private static final class Chunk {
    private static final int MOST = 512;
    private static final int ROOM = 4;
    private static final int GONE = 0x40;

    private long[] firsts = new long[ROOM];
    private int[] lengths = new int[ROOM];
    private long[] destinations = new long[ROOM];
    private byte[] states = new byte[ROOM];
    private int rows;

    boolean isFull() {
      return rows == MOST;
    }

    /** The last row that begins at a source UID or before it, or -1. */
    int floor(long sourceUid) {
      int found = Arrays.binarySearch(firsts, 0, rows, sourceUid);
      return found >= 0 ? found : -found - 2;
    }

    boolean isGone(int row) {
      return (states[row] & GONE) != 0;
    }

    Range range(int row) {
      return new Range(
          firsts[row],
          lengths[row],
          new Place(destinations[row], STANDINGS.get(states[row] & ~GONE), isGone(row)));
    }

    @Nullable Place place(int row, long sourceUid) {
      long offset = sourceUid - firsts[row];
      if (offset >= lengths[row]) {
        return null;
      }
      long uid = destinations[row];
      return new Place(
          uid == 0 ? 0 : uid + offset, STANDINGS.get(states[row] & ~GONE), isGone(row));
    }

    void put(Range range) {
      int row = floor(range.sourceFirst());
      if (row < 0 || firsts[row] != range.sourceFirst()) {
        row++;
        insert(row);
      }
      firsts[row] = range.sourceFirst();
      lengths[row] = Math.toIntExact(range.length());
      destinations[row] = range.first().destinationUid();
      int state = STANDINGS.indexOf(range.first().standing()) | (range.first().gone() ? GONE : 0);
      states[row] = (byte) state;
    }

    private void insert(int row) {
      if (rows == firsts.length) {
        resize(Math.min(MOST, 2 * rows));
      }
      move(row, row + 1);
      rows++;
    }

    void remove(long sourceFirst) {
      int row = floor(sourceFirst);
      if (row < 0 || firsts[row] != sourceFirst) {
        throw new IllegalStateException("no range at " + sourceFirst);
      }
      move(row + 1, row);
      rows--;
    }

    private void move(int from, int to) {
      System.arraycopy(firsts, from, firsts, to, rows - from);
      System.arraycopy(lengths, from, lengths, to, rows - from);
      System.arraycopy(destinations, from, destinations, to, rows - from);
      System.arraycopy(states, from, states, to, rows - from);
    }

    private void resize(int room) {
      firsts = Arrays.copyOf(firsts, room);
      lengths = Arrays.copyOf(lengths, room);
      destinations = Arrays.copyOf(destinations, room);
      states = Arrays.copyOf(states, room);
    }

    /**
     * Takes the upper half away, or nothing where all is lower than what comes: most is added at
     * the end, where full chunks stay full.
     */
    Chunk split(long coming) {
      Chunk rest = new Chunk();
      if (coming > firsts[rows - 1]) {
        return rest;
      }
      int half = rows / 2;
      rest.firsts = Arrays.copyOfRange(firsts, half, rows);
      rest.lengths = Arrays.copyOfRange(lengths, half, rows);
      rest.destinations = Arrays.copyOfRange(destinations, half, rows);
      rest.states = Arrays.copyOfRange(states, half, rows);
      rest.rows = rows - half;
      rows = half;
      resize(half);
      return rest;
    }
  }
}
