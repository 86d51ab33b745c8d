package org.mailcaravan;

/** Where a route begins, or what a step sends to, without its options. */
final class RouteAddress {
  private RouteAddress() {}

  /** The address in a URI. */
  static String of(String uri) {
    return uri.split("\\?", 2)[0].replace("://", ":");
  }

  /** Whether a route that begins there is called by a step. */
  static boolean isCalled(String address) {
    return address.startsWith("direct:") || address.startsWith("seda:");
  }
}
