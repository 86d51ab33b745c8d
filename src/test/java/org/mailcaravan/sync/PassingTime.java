package org.mailcaravan.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that nobody waits for: it runs, and jumps on where a wait would be. Thread-safe. */
public final class PassingTime extends Clock {
  private final Clock real = Clock.systemUTC();
  private Duration passed = Duration.ZERO;

  public synchronized void pass(Duration wait) {
    passed = passed.plus(wait);
  }

  /** How much was waited for. */
  synchronized Duration passed() {
    return passed;
  }

  @Override
  public synchronized Instant instant() {
    return real.instant().plus(passed);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
