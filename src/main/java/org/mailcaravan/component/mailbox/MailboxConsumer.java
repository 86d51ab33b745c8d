package org.mailcaravan.component.mailbox;

import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.passes.DueMailboxes;
import org.mailcaravan.passes.Looking;

/** Takes one mailbox after the other that is due. */
class MailboxConsumer extends LookingConsumer<Mailbox> {
  private final DueMailboxes due;

  MailboxConsumer(Endpoint endpoint, Processor processor, DueMailboxes due, int atOnce) {
    super(endpoint, processor, atOnce, "mailboxes");
    this.due = due;
  }

  @Override
  Looking begin(int most) {
    return due.looking(most);
  }

  @Override
  @Nullable Mailbox next(Looking by) throws InterruptedException {
    return due.next(by);
  }

  @Override
  void run(Mailbox mailbox) {
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
}
