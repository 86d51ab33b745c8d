package org.mailcaravan.oauth;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for a person, until the program is to stop. Thread-safe. */
public final class UntilStopped {
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Ends all waits, and lets none begin. */
  public void stop() {
    stopped.countDown();
  }

  /** Waits; returns false when the program is to stop. */
  boolean await(Duration wait) {
    try {
      return !stopped.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
