package org.mailcaravan.dav;

import java.time.Duration;
import java.util.Optional;

/**
 * Tells whether a server still gives useful answers. A server that fails every request, or answers
 * just before each timeout, could hold up an import for days. An answer is useful when its status
 * is below 500 and it came within the timeout or at {@link #LEAST_SPEED} at least, as for mail.
 * Thread-safe.
 */
final class DavProgress {
  /** In octets per second, both directions together. */
  static final long LEAST_SPEED = 256;

  private final long window;
  private final long longest;
  private boolean inVain;
  private long inVainSince;

  /**
   * @param window the timeout for one answer
   * @param longest how long a server may go without a useful answer
   */
  DavProgress(Duration window, Duration longest) {
    this.window = window.toNanos();
    this.longest = longest.toNanos();
  }

  /** Records a complete answer. Times are in nanoseconds of {@link System#nanoTime}. */
  synchronized void answered(int status, long octets, long asked, long now) {
    long took = now - asked;
    boolean slow = took > window && octets < LEAST_SPEED * (took / 1e9);
    boolean vain = status >= 500 || slow;
    if (vain && !inVain) {
      inVainSince = asked;
    }
    inVain = vain;
  }

  /** How long there was no useful answer, or empty when that is not too long. */
  synchronized Optional<Duration> tooLong(long now) {
    return inVain && now - inVainSince > longest
        ? Optional.of(Duration.ofNanos(now - inVainSince))
        : Optional.empty();
  }
}
