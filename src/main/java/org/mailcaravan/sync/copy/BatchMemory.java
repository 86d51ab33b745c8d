package org.mailcaravan.sync.copy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of one batch: its messages lie one behind the other in {@link Buffers}. Thread-safe,
 * each message being written by one thread.
 */
public final class BatchMemory {
  private final Buffers buffers;
  private final long size;

  /** All but the last one of the memory are as large as buffers are. */
  private final List<byte[]> taken = new ArrayList<>();

  private long used;
  private int readers;
  private boolean closed;

  /**
   * @param size octets that it may hold
   */
  BatchMemory(Buffers buffers, long size) {
    this.buffers = buffers;
    this.size = size;
  }

  /** Room for so many octets: where it begins, or -1 when there is not so much any more. */
  public synchronized long reserve(long octets) {
    if (octets > size - used) {
      return -1;
    }
    long start = used;
    used += octets;
    for (long held = (long) taken.size() * Buffers.SIZE; held < used; held += Buffers.SIZE) {
      long left = size - held;
      taken.add(left < Buffers.SIZE ? new byte[(int) left] : buffers.take());
    }
    return start;
  }

  private synchronized byte[] buffer(long position) {
    return taken.get((int) (position / Buffers.SIZE));
  }

  /** Something that is done with a stretch of a buffer. */
  @FunctionalInterface
  private interface Use {
    void of(byte[] buffer, int offset, int length) throws IOException;
  }

  private void each(long start, long octets, Use use) throws IOException {
    for (long done = 0; done < octets; ) {
      byte[] buffer = buffer(start + done);
      int offset = (int) ((start + done) % Buffers.SIZE);
      int length = (int) Math.min(octets - done, buffer.length - offset);
      use.of(buffer, offset, length);
      done += length;
    }
  }

  /**
   * Fills what was reserved.
   *
   * @throws EOFException when the stream ends before
   */
  public void fill(long start, long octets, InputStream in) throws IOException {
    each(
        start,
        octets,
        (buffer, offset, length) -> {
          if (in.readNBytes(buffer, offset, length) < length) {
            throw new EOFException("a literal ended before its " + octets + " octets");
          }
        });
  }

  /**
   * Writes what was filled.
   *
   * @throws IOException when the memory was closed, too
   */
  public void writeTo(OutputStream out, long start, long octets) throws IOException {
    synchronized (this) {
      if (closed) {
        throw new IOException("the content was freed");
      }
      readers++;
    }
    try {
      each(start, octets, out::write);
    } finally {
      synchronized (this) {
        readers--;
      }
    }
  }

  /**
   * Lets go of the memory.
   *
   * @param unused whether surely nobody fills it any more; if not, or when somebody still reads, it
   *     is not used again, lest a message gets octets of another
   */
  public synchronized void close(boolean unused) {
    if (closed) {
      return;
    }
    closed = true;
    if (unused && readers == 0) {
      buffers.giveBack(taken.stream().filter(buffer -> buffer.length == Buffers.SIZE).toList());
      taken.clear();
    }
  }
}
