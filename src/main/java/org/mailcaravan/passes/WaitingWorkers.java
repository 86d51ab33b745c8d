package org.mailcaravan.passes;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Workers that wait for something that is due: however many wait, one of them looks, once in a
 * while. Thread-safe.
 */
final class WaitingWorkers {
  private final Semaphore looking = new Semaphore(1);
  private final Semaphore wakes = new Semaphore(0);
  private volatile boolean ended;

  /**
   * Waits for something.
   *
   * @param look gives it, or null where nothing is due
   * @param pause between two looks
   * @return null when nobody is to look any more
   */
  <T> @Nullable T next(Supplier<@Nullable T> look, Supplier<Duration> pause)
      throws InterruptedException {
    looking.acquire();
    try {
      while (!ended) {
        wakes.drainPermits();
        T found = look.get();
        if (found != null) {
          return found;
        }
        boolean unused = wakes.tryAcquire(pause.get().toMillis(), TimeUnit.MILLISECONDS);
      }
      return null;
    } finally {
      looking.release();
    }
  }

  /** Something may be due now. */
  void wake() {
    wakes.release();
  }

  /** Nobody looks any more. */
  void end() {
    ended = true;
    wake();
  }

  boolean isEnded() {
    return ended;
  }
}
