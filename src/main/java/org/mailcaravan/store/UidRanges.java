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
 * Ranges that do not overlap, by their first source UID: 8 octets of memory for each where all
 * around it have one message and the same state, and 13 elsewhere, since a folder whose UIDs have
 * gaps may have millions. Not thread-safe.
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
      chunks.put(rest.first(0), rest);
      if (range.sourceFirst() >= rest.first(0)) {
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
        if (chunk.first(row) > last) {
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
        present += chunk.isGone(row) ? 0 : chunk.length(row);
      }
    }
    return present;
  }

  /** Some ranges in order, in columns of unsigned numbers. */
  private static final class Chunk {
    private static final int MOST = 512;
    private static final int ROOM = 4;
    private static final int GONE = 0x40;

    private int[] firsts = new int[ROOM];
    private int[] destinations = new int[ROOM];

    /** Null while all are 1. */
    private int @Nullable [] lengths;

    /** Null while all are {@link #state}. */
    private byte @Nullable [] states;

    private byte state;
    private int rows;

    boolean isFull() {
      return rows == MOST;
    }

    long first(int row) {
      return Integer.toUnsignedLong(firsts[row]);
    }

    long length(int row) {
      return lengths == null ? 1 : Integer.toUnsignedLong(lengths[row]);
    }

    private byte state(int row) {
      return states == null ? state : states[row];
    }

    boolean isGone(int row) {
      return (state(row) & GONE) != 0;
    }

    /** The last row that begins at a source UID or before it, or -1. */
    int floor(long sourceUid) {
      int low = 0;
      int high = rows - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        if (first(middle) <= sourceUid) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return high;
    }

    Range range(int row) {
      return new Range(first(row), length(row), placeAt(row, 0));
    }

    @Nullable Place place(int row, long sourceUid) {
      long offset = sourceUid - first(row);
      return offset < length(row) ? placeAt(row, offset) : null;
    }

    private Place placeAt(int row, long offset) {
      long uid = Integer.toUnsignedLong(destinations[row]);
      return new Place(uid == 0 ? 0 : uid + offset, STANDINGS.get(state(row) & ~GONE), isGone(row));
    }

    void put(Range range) {
      int row = floor(range.sourceFirst());
      if (row < 0 || first(row) != range.sourceFirst()) {
        row++;
        insert(row);
      }
      firsts[row] = (int) range.sourceFirst();
      destinations[row] = (int) range.first().destinationUid();
      if (lengths == null && range.length() != 1) {
        lengths = new int[firsts.length];
        Arrays.fill(lengths, 1);
      }
      if (lengths != null) {
        lengths[row] = (int) range.length();
      }
      int of = STANDINGS.indexOf(range.first().standing()) | (range.first().gone() ? GONE : 0);
      if (rows == 1 && states == null) {
        state = (byte) of;
      }
      if (states == null && of != state) {
        states = new byte[firsts.length];
        Arrays.fill(states, state);
      }
      if (states != null) {
        states[row] = (byte) of;
      }
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
      if (row < 0 || first(row) != sourceFirst) {
        throw new IllegalStateException("no range at " + sourceFirst);
      }
      move(row + 1, row);
      rows--;
    }

    private void move(int from, int to) {
      System.arraycopy(firsts, from, firsts, to, rows - from);
      System.arraycopy(destinations, from, destinations, to, rows - from);
      if (lengths != null) {
        System.arraycopy(lengths, from, lengths, to, rows - from);
      }
      if (states != null) {
        System.arraycopy(states, from, states, to, rows - from);
      }
    }

    private void resize(int room) {
      firsts = Arrays.copyOf(firsts, room);
      destinations = Arrays.copyOf(destinations, room);
      lengths = lengths == null ? null : Arrays.copyOf(lengths, room);
      states = states == null ? null : Arrays.copyOf(states, room);
    }

    /**
     * Takes the upper half away, or nothing where all is lower than what comes: most is added at
     * the end, where full chunks stay full.
     */
    Chunk split(long coming) {
      Chunk rest = new Chunk();
      if (coming > first(rows - 1)) {
        return rest;
      }
      int half = rows / 2;
      rest.firsts = Arrays.copyOfRange(firsts, half, rows);
      rest.destinations = Arrays.copyOfRange(destinations, half, rows);
      rest.lengths = lengths == null ? null : Arrays.copyOfRange(lengths, half, rows);
      rest.states = states == null ? null : Arrays.copyOfRange(states, half, rows);
      rest.state = state;
      rest.rows = rows - half;
      rows = half;
      resize(half);
      return rest;
    }
  }
}
