package org.mailcaravan.dav;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether a server gives anything for what it is asked. One that answers each request with a
 * failure, or so slowly that it is just in time, would hold an import for as long as it lists
 * resources. What counts is an answer that is no failure of the server, and came in less time than
 * a server may be silent or at {@link #LEAST_SPEED} or more, as for mail. Thread-safe.
 */
final class DavProgress {
  /** In octets a second, in both directions together. */
  static final long LEAST_SPEED = 256;

  private final long window;
  private final long longest;
  private boolean inVain;
  private long inVainSince;

  /**
   * @param window how long a server may be silent
   * @param longest how long it may give nothing
   */
  DavProgress(Duration window, Duration longest) {
    this.window = window.toNanos();
    this.longest = longest.toNanos();
  }

  /** An answer has come to its end; in nanoseconds of the same clock. */
  synchronized void answered(int status, long octets, long asked, long now) {
    long took = now - asked;
    boolean slow = took > window && octets < LEAST_SPEED * (took / 1e9);
    boolean vain = status >= 500 || slow;
    if (vain && !inVain) {
      inVainSince = asked;
    }
    inVain = vain;
  }

  /** For how long nothing has come that counts, when that is too long. */
  synchronized Optional<Duration> tooLong(long now) {
    return inVain && now - inVainSince > longest
        ? Optional.of(Duration.ofNanos(now - inVainSince))
        : Optional.empty();
  }
}
