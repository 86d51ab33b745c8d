package org.mailcaravan.model;

/**
 * A server to connect to.
 *
 * @param host a DNS name or an address literal, without brackets or port
 * @param port 1 to 65535
 * @param security how the connection is protected
 */
public record Server(String host, int port, Security security) {
  public Server {
    if (host.isBlank()) {
      throw new IllegalArgumentException("host is blank");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
