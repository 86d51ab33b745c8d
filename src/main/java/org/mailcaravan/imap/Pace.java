package org.mailcaravan.imap;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * How fast octets go in one direction. Timed are stretches of so many octets, and only while we
 * wait for the other end: what we do in between is no matter of the link. Thread-safe.
 *
 * <p>What counts is the fourth fastest of the last eight stretches. A link that is waited for again
 * and again has fast ones between the waits; one that is bound by its rate has few, when something
 * has gathered in the system's buffers while we were busy.
 */
final class Pace {
  private static final int STRETCHES = 8;

  private final double[] latest = new double[STRETCHES];
  private final int least;
  private long stretch;
  private long octets;
  private long nanos;
  private long stretches;
  private volatile double speed;

  /**
   * @param stretch octets
   * @param least after how many stretches the speed is known, at least eight
   */
  private Pace(long stretch, int least) {
    this.stretch = stretch;
    this.least = least;
  }

  /** Times nothing before {@link #stretch} is told. */
  Pace() {
    this(Long.MAX_VALUE, STRETCHES);
  }

  /** For what goes through a new layer over this stream; it is watched for twice as long. */
  synchronized Pace above() {
    return new Pace(stretch, 2 * STRETCHES);
  }

  /** Begins to time stretches of so many octets. */
  synchronized void stretch(int length) {
    stretch = length;
    octets = 0;
    nanos = 0;
  }

  /** In octets a second; 0 as long as it is not known. */
  double speed() {
    return speed;
  }

  /** So many octets have passed, and so long we have waited for them. */
  synchronized void passed(long length, long time) {
    octets += length;
    nanos += time;
    if (octets < stretch) {
      return;
    }
    for (long rest = Math.min(octets / stretch, STRETCHES); rest > 0; rest--) {
      latest[(int) (stretches++ % STRETCHES)] = octets * 1e9 / Math.max(1, nanos);
    }
    octets = 0;
    nanos = 0;
    if (stretches >= least) {
      double[] sorted = latest.clone();
      Arrays.sort(sorted);
      speed = sorted[STRETCHES / 2];
    }
  }

  /**
   * Times what is read.
   *
   * @param idle whether nothing is expected, so that a read waits for no fault of the link
   * @param came receives how many octets have come
   */
  InputStream over(InputStream in, BooleanSupplier idle, LongConsumer came) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] octets, int offset, int length) throws IOException {
        boolean counts = !idle.getAsBoolean();
        long start = System.nanoTime();
        int n = in.read(octets, offset, length);
        if (n > 0) {
          came.accept(n);
        }
        if (counts && n > 0) {
          passed(n, System.nanoTime() - start);
        }
        return n;
      }

      @Override
      public int available() throws IOException {
        return in.available();
      }
    };
  }
}
