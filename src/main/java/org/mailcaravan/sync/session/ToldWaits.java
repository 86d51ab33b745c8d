package org.mailcaravan.sync.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who watches a pass, and the log, that it waits, until when and why, and when it goes on: so
 * that minutes in which nothing comes do not look like a fault. Several lanes may wait for the same
 * server; one wait is told once. Thread-safe.
 */
final class ToldWaits {
  private static final Logger LOG = LoggerFactory.getLogger(ToldWaits.class);

  /** Nobody misses news for so long. */
  private static final Duration SHORT = Duration.ofSeconds(5);

  /** Waits of several lanes that end within so much are one. */
  private static final Duration SAME = Duration.ofSeconds(2);

  private final PassTally tally;
  private final Clock clock;
  private volatile @Nullable Instant waitsUntil;

  ToldWaits(PassTally tally, Clock clock) {
    this.tally = tally;
    this.clock = clock;
  }

  /**
   * A step waits before it is tried again.
   *
   * @param why what the server said, or what failed
   */
  synchronized void waits(Duration delay, String why) {
    Instant until = clock.instant().plus(delay);
    Instant told = waitsUntil;
    if (delay.compareTo(SHORT) < 0 || (told != null && until.isBefore(told.plus(SAME)))) {
      return;
    }
    waitsUntil = until;
    LOG.info("waiting until {}, because {}", until.truncatedTo(ChronoUnit.SECONDS), why);
    tally.waits(until, why);
  }

  /** A server is used: if a wait was told and is over, the pass goes on. */
  void used() {
    Instant told = waitsUntil;
    if (told == null || clock.instant().isBefore(told)) {
      return;
    }
    synchronized (this) {
      if (told.equals(waitsUntil)) {
        waitsUntil = null;
        LOG.info("continues after the wait");
        tally.goesOn();
      }
    }
  }
}
