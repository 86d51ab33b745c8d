package org.mailcaravan.cutover;

import java.net.InetSocketAddress;

/**
 * A server that is asked.
 *
 * @param name of a server of the zone; empty for a resolver
 */
record DnsServer(String name, InetSocketAddress address) {
  static final int USUAL_PORT = 53;

  static DnsServer resolver(InetSocketAddress address) {
    return new DnsServer("", address);
  }

  /** Whether it has the zone itself. */
  boolean isAuthority() {
    return !name.isEmpty();
  }

  /** Such as {@code ns1.example.org (192.0.2.1)}. */
  String words() {
    return isAuthority() ? "%s (%s)".formatted(name, place()) : "resolver " + place();
  }

  private String place() {
    String host = address.getAddress().getHostAddress();
    return address.getPort() == USUAL_PORT ? host : host + " port " + address.getPort();
  }
}
