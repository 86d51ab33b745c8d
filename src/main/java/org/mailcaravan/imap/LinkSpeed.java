package org.mailcaravan.imap;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * How fast octets pass in one direction. Octets are timed in samples of equal size, and only while
 * we wait for the other end: our own work says nothing of the link. Thread-safe.
 *
 * <p>The speed is that of the fourth fastest of the last eight samples. A link with long round
 * trips has fast samples between the waits. A link of low bandwidth has few, from what the system's
 * buffers took in while we were busy.
 */
final class LinkSpeed {
  private static final int SAMPLES = 8;

  private final double[] latest = new double[SAMPLES];
  private final int least;
  private long sampleOctets;
  private long octets;
  private long nanos;
  private long samples;
  private volatile double speed;

  /**
   * @param least after how many samples the speed is known, at least eight
   */
  private LinkSpeed(long sampleOctets, int least) {
    this.sampleOctets = sampleOctets;
    this.least = least;
  }

  /** Times nothing before {@link #measure}. */
  LinkSpeed() {
    this(Long.MAX_VALUE, SAMPLES);
  }

  /** For a new layer over this stream, whose speed is known after twice as many samples. */
  synchronized LinkSpeed forLayerAbove() {
    return new LinkSpeed(sampleOctets, 2 * SAMPLES);
  }

  /** Begins to time samples of this many octets. */
  synchronized void measure(int sample) {
    sampleOctets = sample;
    octets = 0;
    nanos = 0;
  }

  /** In octets a second; 0 while it is not known. */
  double speed() {
    return speed;
  }

  /** Adds octets that have passed, and the nanoseconds that we waited for them. */
  synchronized void add(long length, long time) {
    octets += length;
    nanos += time;
    if (octets < sampleOctets) {
      return;
    }
    for (long rest = Math.min(octets / sampleOctets, SAMPLES); rest > 0; rest--) {
      latest[(int) (samples++ % SAMPLES)] = octets * 1e9 / Math.max(1, nanos);
    }
    octets = 0;
    nanos = 0;
    if (samples >= least) {
      double[] sorted = latest.clone();
      Arrays.sort(sorted);
      speed = sorted[SAMPLES / 2];
    }
  }

  /**
   * A stream that times what is read from another.
   *
   * @param idle whether no answer is due, so that the time of a read says nothing of the link
   * @param onRead receives how many octets each read has given
   */
  InputStream timed(InputStream in, BooleanSupplier idle, LongConsumer onRead) {
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
          onRead.accept(n);
        }
        if (counts && n > 0) {
          add(n, System.nanoTime() - start);
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
