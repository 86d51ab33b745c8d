package org.mailcaravan.component.mailbox;

import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.passes.AfterSteps;
import org.mailcaravan.passes.AfterSteps.AfterStep;
import org.mailcaravan.passes.Looking;
import org.mailcaravan.store.StepQueue.Occasion;

/**
 * Takes what one route is to do after passes or migrations. Where the route fails, it is called
 * again later with the same.
 */
class AfterConsumer extends LookingConsumer<AfterStep> {
  private final AfterSteps steps;
  private final Occasion occasion;

  AfterConsumer(
      Endpoint endpoint, Processor processor, AfterSteps steps, Occasion occasion, int atOnce) {
    super(endpoint, processor, atOnce, "after-steps");
    this.steps = steps;
    this.occasion = occasion;
  }

  @Override
  Looking begin(int most) {
    return steps.looking(getRouteId(), occasion, most);
  }

  @Override
  @Nullable AfterStep next(Looking by) throws InterruptedException {
    return steps.next(getRouteId(), by);
  }

  @Override
  void run(AfterStep what) {
    Exchange exchange = createExchange(false);
    try {
      exchange.getMessage().setBody(what.body());
      exchange.setVariable(MailboxOperation.EVENT, what.step().event());
      getProcessor().process(exchange);
    } catch (Exception | Error e) {
      exchange.setException(e);
    }
    try {
      Throwable failure = exchange.getException();
      if (failure == null) {
        steps.done(what);
      } else {
        steps.failed(what, exchange.getExchangeExtension().getHistoryNodeId(), failure);
      }
    } finally {
      releaseExchange(exchange, false);
    }
  }
}
