package org.mailcaravan.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets a service that was told to stop (SIGTERM, SIGINT) end with its own exit code. By default the
 * JVM ends with 128 plus the number of the signal, which service managers take for a failure.
 *
 * <p>A shutdown hook waits until the work has ended, and then halts with that exit code. Everything
 * must be closed by then.
 */
final class OrderlyExit {
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger code = new AtomicInteger(ExitCode.FAULT);

  /** Makes the JVM wait for {@link #ended} before it ends. */
  void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::halt, "orderly-exit"));
  }

  /** To be called when the work has ended and everything is closed. */
  void ended(int exitCode) {
    code.set(exitCode);
    ended.countDown();
  }

  private void halt() {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(code.get());
  }
}
