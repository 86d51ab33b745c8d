package org.mailcaravan.routes;

import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.ToDynamicDefinition;

/** Where a route begins, or what a step sends to, without its options. */
final class RouteAddress {
  private RouteAddress() {}

  /** The address in a URI. */
  static String of(String uri) {
    return uri.split("\\?", 2)[0].replace("://", ":");
  }

  /** Where a step sends to, or nowhere. */
  static String of(ProcessorDefinition<?> step) {
    if (step instanceof SendDefinition<?> send && send.getEndpointUri() != null) {
      return of(send.getEndpointUri());
    }
    // A wireTap is one of these; what is computed only when a message comes is left out later.
    return step instanceof ToDynamicDefinition tap && tap.getUri() != null ? of(tap.getUri()) : "";
  }

  /** Whether a route that begins there is called by a step. */
  static boolean isCalled(String address) {
    return address.startsWith("direct:") || address.startsWith("seda:");
  }
}
