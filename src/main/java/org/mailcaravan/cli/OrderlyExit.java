package org.mailcaravan.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets a service that was told to stop (SIGTERM, SIGINT) end with the exit code of its work. By
 * itself the JVM ends with 128 and the signal's number once its shutdown hooks are done, whatever
 * the work came to, and service managers take that for a failure.
 *
 * <p>A shutdown hook waits here until the work has ended, and then halts with its code. Everything
 * that must be closed has to be closed by then.
 */
final class OrderlyExit {
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger code = new AtomicInteger(ExitCode.FAULT);

  /** From now on the JVM ends only after {@link #ended}. */
  void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::halt, "orderly-exit"));
  }

  /** The work has ended and all is closed. */
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
