package org.mailcaravan.component.mailbox;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.passes.DueMailboxes;
import org.mailcaravan.passes.Looking;

/**
 * Takes one mailbox after the other that is due, in as many threads as may work at once. To stop
 * it, Camel suspends it first, waits for the passes that run, and then stops what they need: a
 * consumer that cannot be suspended is stopped at once, with the error handling of its route, and
 * no step of a pass that runs would be called any more. A consumer that is suspended may be
 * resumed.
 */
class MailboxConsumer extends DefaultConsumer implements Suspendable, ShutdownAware {
  private final DueMailboxes due;
  private final int atOnce;
  private volatile @Nullable Looking looking;

  MailboxConsumer(Endpoint endpoint, Processor processor, DueMailboxes due, int atOnce) {
    super(endpoint, processor);
    this.due = due;
    this.atOnce = atOnce;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    look();
  }

  private void look() {
    Looking own = due.looking(atOnce);
    looking = own;
    // Not one of Camel's pools: it interrupts their threads when it stops, in mid-message.
    ExecutorService threads =
        Executors.newFixedThreadPool(
            atOnce, new CamelThreadFactory("#name# ##counter#", "mailboxes", false));
    for (int worker = 0; worker < atOnce; worker++) {
      threads.execute(() -> work(own));
    }
    threads.shutdown();
  }

  private void work(Looking own) {
    try {
      for (Mailbox next = due.next(own); next != null; next = due.next(own)) {
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

  private void run(Mailbox mailbox) {
    Exchange exchange = createExchange(false);
    try {
      exchange.getMessage().setBody(mailbox);
      // For the error handling of the route, whatever its first step does.
      exchange.setVariable("mailbox", mailbox);
      getProcessor().process(exchange);
    } catch (Exception | Error e) {
      exchange.setException(e);
    } finally {
      if (exchange.getException() != null) {
        getExceptionHandler()
            .handleException(
                "the work on " + mailbox + " failed", exchange, exchange.getException());
      }
      releaseExchange(exchange, false);
      boolean unused = due.giveBackUnbegun(mailbox);
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
