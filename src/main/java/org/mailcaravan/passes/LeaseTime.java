package org.mailcaravan.passes;

import java.time.Duration;

/**
 * How long the lease of a pass lasts at least, by this machine's own count, which goes on while the
 * program is frozen or the database does not answer. Thread-safe.
 */
final class LeaseTime {
  private final long usableNanos;
  private volatile long renewedNanos;

  /**
   * @param lease of which a quarter is left for what is under way when it counts as over
   */
  LeaseTime(Duration lease) {
    this.usableNanos = lease.toNanos() * 3 / 4;
    this.renewedNanos = System.nanoTime();
  }

  /**
   * The lease was renewed.
   *
   * @param asked {@link System#nanoTime} before the database was asked
   */
  void renewed(long asked) {
    renewedNanos = asked;
  }

  /** Whether another node may have the pass by now. */
  boolean isOver() {
    return System.nanoTime() - renewedNanos > usableNanos;
  }
}
