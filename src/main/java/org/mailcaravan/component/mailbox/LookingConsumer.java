package org.mailcaravan.component.mailbox;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.passes.Looking;

/**
 * Takes one thing after the other that is due, in as many threads as may work at once. To stop it,
 * Camel suspends it first, waits for what runs, and then stops what that needs: a consumer that
 * cannot be suspended is stopped at once, with the error handling of its route, and no step of what
 * runs would be called any more. A consumer that is suspended may be resumed.
 *
 * @param <T> what it takes
 */
abstract class LookingConsumer<T> extends DefaultConsumer implements Suspendable, ShutdownAware {
  private final int atOnce;
  private final String threads;
  private volatile @Nullable Looking looking;

  /**
   * @param threads the name of its threads
   */
  LookingConsumer(Endpoint endpoint, Processor processor, int atOnce, String threads) {
    super(endpoint, processor);
    this.atOnce = atOnce;
    this.threads = threads;
  }

  abstract Looking begin(int most);

  /** Waits for the next one; null when the look ends. */
  abstract @Nullable T next(Looking by) throws InterruptedException;

  abstract void run(T next);

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    look();
  }

  private void look() {
    Looking own = begin(atOnce);
    looking = own;
    // Not one of Camel's pools: it interrupts their threads when it stops, in mid-message.
    ExecutorService workers =
        Executors.newFixedThreadPool(
            atOnce, new CamelThreadFactory("#name# ##counter#", threads, false));
    for (int worker = 0; worker < atOnce; worker++) {
      workers.execute(() -> work(own));
    }
    workers.shutdown();
  }

  private void work(Looking own) {
    try {
      for (T next = next(own); next != null; next = next(own)) {
        try {
          run(next);
        } finally {
          own.done();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void endLooking() {
    Looking own = looking;
    if (own != null) {
      own.end();
    }
  }

  @Override
  protected void doSuspend() throws Exception {
    endLooking();
    super.doSuspend();
  }

  @Override
  protected void doResume() throws Exception {
    super.doResume();
    look();
  }

  @Override
  protected void doStop() throws Exception {
    endLooking();
    super.doStop();
  }

  @Override
  public boolean deferShutdown(ShutdownRunningTask running) {
    return false;
  }

  /** Also where no exchange has begun yet. */
  @Override
  public int getPendingExchangesSize() {
    Looking own = looking;
    return own == null ? 0 : own.underWay();
  }

  @Override
  public void prepareShutdown(boolean suspendOnly, boolean forced) {
    // The look has ended when Camel suspended it.
  }
}
