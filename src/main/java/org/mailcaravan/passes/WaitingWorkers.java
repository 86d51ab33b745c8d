package org.mailcaravan.passes;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Workers that wait for something that is due: however many wait, one of them looks, once in a
 * while, as long as there is a place for what it finds. Thread-safe.
 */
final class WaitingWorkers {
  private final Semaphore looking = new Semaphore(1);
  private final Semaphore wakes = new Semaphore(0);
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile boolean isFull;
  private volatile boolean ended;

  /** A look of one consumer. */
  Looking looking(int atOnce) {
    return new Looking(atOnce, this::wake, this::done);
  }

  /**
   * Waits for something.
   *
   * @param by whose look it is
   * @param look gives it, or null where nothing is due
   * @param pause between two looks
   * @return null when the look has ended, or nobody is to look any more
   */
  <T> @Nullable T next(Looking by, Supplier<@Nullable T> look, Supplier<Duration> pause)
      throws InterruptedException {
    looking.acquire();
    try {
      while (!ended && !by.isEnded()) {
        wakes.drainPermits();
        T found = take(by, look);
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

  private <T> @Nullable T take(Looking by, Supplier<@Nullable T> look) {
    by.begin();
    T found = null;
    try {
      // Before it is counted: what ends in between wakes this one.
      isFull = true;
      isFull = underWay.get() >= by.atOnce();
      found = isFull || by.isEnded() ? null : look.get();
      if (found != null) {
        underWay.incrementAndGet();
      }
      return found;
    } finally {
      if (found == null) {
        by.foundNothing();
      }
    }
  }

  /** What {@link #next} gave is under way no more. */
  private void done() {
    underWay.decrementAndGet();
    if (isFull) {
      wake();
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
