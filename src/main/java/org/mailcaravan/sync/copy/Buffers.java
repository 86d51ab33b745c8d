package org.mailcaravan.sync.copy;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/**
 * Reuses the memory for the octets of messages: if each batch freed its own, the garbage collector
 * of a small heap would move every message once or twice. Thread-safe. Holds no more than was ever
 * in use at the same time.
 */
final class Buffers {
  /** Octets of one buffer. */
  static final int SIZE = 256 * 1024;

  private final Deque<byte[]> free = new ArrayDeque<>();

  /** A buffer of {@link #SIZE} octets, with arbitrary content. */
  synchronized byte[] take() {
    byte[] used = free.poll();
    return used == null ? new byte[SIZE] : used;
  }

  /** Takes buffers back that nobody reads or writes any more. */
  synchronized void giveBack(Collection<byte[]> buffers) {
    free.addAll(buffers);
  }
}
