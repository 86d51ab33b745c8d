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
import org.mailcaravan.passes.ClaimedPasses;

/**
 * Takes one mailbox after the other whose pass is due, in as many threads as passes may run at
 * once. To stop it, Camel suspends it first, waits for the passes that run, and then stops what
 * they need: a consumer that cannot be suspended is stopped at once, with the error handling of its
 * route, and no step of a pass that runs would be called any more.
 */
class MailboxConsumer extends DefaultConsumer implements Suspendable {
  private final ClaimedPasses passes;
  private final int atOnce;
  private @Nullable ExecutorService workers;

  MailboxConsumer(Endpoint endpoint, Processor processor, ClaimedPasses passes, int atOnce) {
    super(endpoint, processor);
    this.passes = passes;
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
      for (Mailbox due = passes.next(); due != null; due = passes.next()) {
        run(due);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Mailbox due) {
    Exchange exchange = createExchange(false);
    try {
      exchange.getMessage().setBody(due);
      // For the error handling of the route, whatever its first step does.
      exchange.setVariable("mailbox", due);
      getProcessor().process(exchange);
    } catch (Exception | Error e) {
      exchange.setException(e);
    } finally {
      if (exchange.getException() != null) {
        getExceptionHandler()
            .handleException("the pass of " + due + " failed", exchange, exchange.getException());
      }
      releaseExchange(exchange, false);
      boolean unused = passes.giveBackUnbegun(due);
    }
  }

  @Override
  protected void doSuspend() throws Exception {
    passes.endLooking();
    super.doSuspend();
  }

  @Override
  protected void doStop() throws Exception {
    passes.endLooking();
    ExecutorService threads = workers;
    if (threads != null) {
      threads.shutdown();
    }
    super.doStop();
  }
}
