package org.mailcaravan.sync;

import java.time.Duration;
import java.time.Instant;

/**
 * What a pass waits because servers ask for time. Each wait is short, and a server that gives one
 * message for each would hold a pass for months. Thread-safe.
 */
final class WaitsOfPass {
  /** A pass may wait so long, however little it does in between. */
  private static final Duration ALLOWED = Duration.ofHours(1);

  /**
   * Beyond that, this share of its time: Microsoft 365 slows down a large mailbox again and again.
   */
  private static final double SHARE = 0.75;

  private final Instant begin;
  private Instant waitedUntil;
  private Duration waited = Duration.ZERO;

  WaitsOfPass(Instant begin) {
    this.begin = begin;
    this.waitedUntil = begin;
  }

  /** Adds a wait; of those of several lanes at once only what is longer counts. */
  synchronized boolean areTooMany(Instant now, Instant until) {
    Instant from = now.isAfter(waitedUntil) ? now : waitedUntil;
    if (until.isAfter(from)) {
      waited = waited.plus(Duration.between(from, until));
      waitedUntil = until;
    }
    Duration lasted = Duration.between(begin, until);
    return waited.compareTo(ALLOWED) > 0 && waited.toMillis() > lasted.toMillis() * SHARE;
  }
}
