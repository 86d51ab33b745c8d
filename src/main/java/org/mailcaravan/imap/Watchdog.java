package org.mailcaravan.imap;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that watches all connections, since the threads that read and write cannot: a TLS read
 * that gets one octet a second does not return for hours, and a write has no timeout. Its tasks
 * must be short and must not wait.
 */
final class Watchdog {
  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final ScheduledThreadPoolExecutor THREAD = thread();

  private Watchdog() {}

  private static ScheduledThreadPoolExecutor thread() {
    ScheduledThreadPoolExecutor thread =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, "imap watch");
              made.setDaemon(true);
              return made;
            });
    thread.setRemoveOnCancelPolicy(true);
    // While there is memory for a thread.
    thread.prestartCoreThread();
    return thread;
  }

  /** Runs a task once after this time, unless it is cancelled. */
  static Future<?> in(Duration time, Runnable work) {
    return THREAD.schedule(safe(work), time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Runs a task at this interval until it is cancelled. */
  static Future<?> every(Duration time, Runnable work) {
    long millis = Math.max(1, time.toMillis());
    return THREAD.scheduleWithFixedDelay(safe(work), millis, millis, TimeUnit.MILLISECONDS);
  }

  /** A fault with one connection must not end the watch over the others. */
  private static Runnable safe(Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException | Error e) {
        LOG.warn("a fault while watching a connection", e);
      }
    };
  }
}
