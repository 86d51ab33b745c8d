package org.mailcaravan.component.mailbox;

import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.SynchronizationAdapter;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.passes.ClaimedPasses;
import org.mailcaravan.sync.MailboxOperations;
import org.mailcaravan.sync.copy.MessageBatch;
import org.mailcaravan.sync.copy.MessageBatches;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.MailboxPlan;

/** Runs the operation of its endpoint on the body. */
class MailboxProducer extends DefaultProducer {
  private final MailboxEndpoint endpoint;

  MailboxProducer(MailboxEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
  }

  /**
   * Passes on an Error, such as an OutOfMemoryError: Camel would lose it, and the exchange would
   * never end.
   */
  @Override
  public void process(Exchange exchange) throws InvalidPayloadException {
    try {
      operate(exchange);
    } catch (Error e) {
      exchange.setException(e);
    }
  }

  private void operate(Exchange exchange) throws InvalidPayloadException {
    MailboxOperations operations = operations();
    switch (endpoint.getOperation()) {
      case due, preflight, afterPass, afterMigration ->
          throw new IllegalStateException("no producer");
      case check -> {
        operations.check(body(exchange, Mailbox.class), endpoint.isCount());
        ClaimedPasses passes = endpoint.getComponent().getPasses();
        if (passes != null) {
          // The server has answered, so that others may begin there.
          passes.wake();
        }
      }
      case leaveOut -> operations.leaveOut(body(exchange, Mailbox.class), endpoint.leftOut());
      case map -> operations.map(body(exchange, Mailbox.class), endpoint.mapped());
      case folders ->
          exchange.getMessage().setBody(operations.folders(body(exchange, Mailbox.class)));
      case reconcile ->
          exchange
              .getMessage()
              .setBody(
                  operations.reconcile(
                      body(exchange, MailboxPlan.class), endpoint.isMirrorDeletions()));
      case flags -> operations.flags(body(exchange, FolderPlan.class));
      case pull -> {
        MessageBatches batches = operations.pull(body(exchange, FolderPlan.class));
        exchange
            .getExchangeExtension()
            .addOnCompletion(
                new SynchronizationAdapter() {
                  @Override
                  public void onDone(Exchange done) {
                    batches.end();
                  }
                });
        exchange.getMessage().setBody(batches);
      }
      case settle -> operations.settle(body(exchange, MailboxPlan.class));
      case verify ->
          operations.verify(
              body(exchange, MailboxPlan.class), endpoint.isDeep(), endpoint.isEveryFolder());
      case append -> operations.append(body(exchange, MessageBatch.class));
    }
  }

  private <T> T body(Exchange exchange, Class<T> type) throws InvalidPayloadException {
    T body = exchange.getMessage().getBody(type);
    if (body == null) {
      throw new InvalidPayloadException(exchange, type);
    }
    return body;
  }

  private MailboxOperations operations() {
    MailboxOperations operations = endpoint.getComponent().getOperations();
    if (operations == null) {
      throw new IllegalStateException(
          "the component mailbox has no bean of type MailboxOperations");
    }
    return operations;
  }
}
