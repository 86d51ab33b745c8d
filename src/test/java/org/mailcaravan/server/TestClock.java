package org.mailcaravan.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until a test moves it, or goes on at each look. Thread-safe. */
public final class TestClock extends Clock {
  private final Duration step;
  private Instant now;

  private TestClock(Instant now, Duration step) {
    this.now = now;
    this.step = step;
  }

  /** Stands still. */
  public static TestClock at(Instant now) {
    return new TestClock(now, Duration.ZERO);
  }

  /** Goes on by a step before each look. */
  public static TestClock ticking(Instant start, Duration step) {
    return new TestClock(start, step);
  }

  public synchronized void pass(Duration time) {
    now = now.plus(time);
  }

  public synchronized void set(Instant time) {
    now = time;
  }

  @Override
  public synchronized Instant instant() {
    now = now.plus(step);
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
