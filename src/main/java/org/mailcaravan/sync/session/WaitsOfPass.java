package org.mailcaravan.sync.session;

import java.time.Duration;
import java.time.Instant;

/**
 * What a pass waits for servers, one way or another. Each wait is short, and a server that gives
 * one message for each would hold a pass for months. Thread-safe.
 */
final class WaitsOfPass {
  /** Why a pass waits. */
  enum Kind {
    /**
     * Since servers ask for time. Microsoft 365 slows down a large mailbox again and again, so that
     * most of a long pass may be such waits.
     */
    ASKED_FOR(Duration.ofHours(1), 0.75),
    /** For answers that never come. A bad message may cost a dozen waits until it is found. */
    IN_VAIN(Duration.ofHours(8), 0.25);

    private final Duration allowed;
    private final double share;

    Kind(Duration allowed, double share) {
      this.allowed = allowed;
      this.share = share;
    }
  }

  private final Kind kind;
  private final Instant begin;
  private Instant waitedUntil;
  private Duration waited = Duration.ZERO;

  WaitsOfPass(Kind kind, Instant begin) {
    this.kind = kind;
    this.begin = begin;
    this.waitedUntil = begin;
  }

  /**
   * Adds a wait; of those of several lanes at once only what is longer counts.
   *
   * @return whether the pass has waited for longer than is allowed, however little it did in
   *     between, and for more than a share of its time
   */
  synchronized boolean areTooMany(Instant from, Instant until) {
    Instant later = from.isAfter(waitedUntil) ? from : waitedUntil;
    if (until.isAfter(later)) {
      waited = waited.plus(Duration.between(later, until));
      waitedUntil = until;
    }
    Duration lasted = Duration.between(begin, until);
    return waited.compareTo(kind.allowed) > 0 && waited.toMillis() > lasted.toMillis() * kind.share;
  }
}
