package org.mailcaravan.imap;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that looks after all connections, since the threads that read and write cannot: a read
 * of TLS that gets one octet a second does not return for hours, and a write has no timeout at all.
 * What it runs must be short and must not wait.
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
    // Now, while there is memory for a thread.
    thread.prestartCoreThread();
    return thread;
  }

  /** Runs it once, unless it is cancelled before. */
  static Future<?> in(Duration time, Runnable work) {
    return THREAD.schedule(safe(work), time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Runs it again and again, until it is cancelled. */
  static Future<?> every(Duration time, Runnable work) {
    long millis = Math.max(1, time.toMillis());
    return THREAD.scheduleWithFixedDelay(safe(work), millis, millis, TimeUnit.MILLISECONDS);
  }

  /** One connection's fault must not end the watch over the others. */
  private static Runnable safe(Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException | Error e) {
        LOG.warn("a fault while looking after a connection", e);
      }
    };
  }
}
