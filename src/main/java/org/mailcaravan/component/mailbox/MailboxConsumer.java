package org.mailcaravan.component.mailbox;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.passes.DueMailboxes;

/**
 * Takes one mailbox after the other that is due, in as many threads as may work at once. To stop
 * it, Camel suspends it first, waits for the passes that run, and then stops what they need: a
 * consumer that cannot be suspended is stopped at once, with the error handling of its route, and
 * no step of a pass that runs would be called any more.
 */
class MailboxConsumer extends DefaultConsumer implements Suspendable {
  private final DueMailboxes due;
  private final int atOnce;
  private @Nullable ExecutorService workers;

  MailboxConsumer(Endpoint endpoint, Processor processor, DueMailboxes due, int atOnce) {
    super(endpoint, processor);
    this.due = due;
    this.atOnce = atOnce;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    // Not one of Camel's pools: it interrupts their threads when it stops, in mid-message.
    ExecutorService threads =
        Executors.newFixedThreadPool(
            atOnce, new CamelThreadFactory("#name# ##counter#", "mailboxes", false));
    workers = threads;
    for (int worker = 0; worker < atOnce; worker++) {
      threads.execute(this::work);
    }
  }

  private void work() {
    try {
      for (Mailbox next = due.next(); next != null; next = due.next()) {
        run(next);
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

  @Override
  protected void doSuspend() throws Exception {
    due.endLooking();
    super.doSuspend();
  }

  @Override
  protected void doStop() throws Exception {
    due.endLooking();
    ExecutorService threads = workers;
    if (threads != null) {
      threads.shutdown();
    }
    super.doStop();
  }
}
