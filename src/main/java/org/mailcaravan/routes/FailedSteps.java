package org.mailcaravan.routes;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.AtStep;
import org.mailcaravan.model.MigrationException;

/**
 * Notes at a failure that nobody expects at which step of which route it was: nobody else would
 * know where a route fails that is not ours. Thread-safe.
 */
final class FailedSteps implements InterceptStrategy {
  @Override
  public Processor wrapProcessorInInterceptors(
      CamelContext context, NamedNode step, Processor target, @Nullable Processor next) {
    String words = words(step);
    return new DelegateAsyncProcessor(target) {
      @Override
      public boolean process(Exchange exchange, AsyncCallback callback) {
        return super.process(
            exchange,
            doneSync -> {
              Throwable failure = exchange.getException();
              if (failure != null && !(failure instanceof MigrationException)) {
                AtStep.note(failure, words);
              }
              callback.done(doneSync);
            });
      }
    };
  }

  private static String words(NamedNode step) {
    String words =
        "the step \"%s\" of the route \"%s\""
            .formatted(step.getId(), ProcessorDefinitionHelper.getRouteId(step));
    String location = step.getLocation();
    return location == null
        ? words
        : words
            + ", %s line %d"
                .formatted(location.substring(location.lastIndexOf('/') + 1), step.getLineNumber());
  }
}
