package org.mailcaravan.sync.copy;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/**
 * Memory for the octets of messages, used again and again: to let it go with each batch would make
 * a collector of small heaps move every message once or twice. Thread-safe. Holds no more than was
 * once in use at the same time.
 */
final class Buffers {
  /** Octets of one buffer. */
  static final int SIZE = 256 * 1024;

  private final Deque<byte[]> free = new ArrayDeque<>();

  /** A buffer of {@link #SIZE} octets, with anything in it. */
  synchronized byte[] take() {
    byte[] used = free.poll();
    return used == null ? new byte[SIZE] : used;
  }

  /** Takes buffers back that nobody reads or writes any more. */
  synchronized void giveBack(Collection<byte[]> buffers) {
    free.addAll(buffers);
  }
}
