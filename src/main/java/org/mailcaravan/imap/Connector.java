package org.mailcaravan.imap;

import java.io.IOException;
import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.mailcaravan.imap.ConnectFailed.Reason;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/** Opens connections under a set of rules. Thread-safe. */
public final class Connector {
  /** How names become addresses. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private final ConnectionRules rules;
  private final Resolver resolver;
  private final TrustedTls tls;

  /**
   * @throws IllegalArgumentException when the CA file cannot be read
   */
  public Connector(ConnectionRules rules) {
    this(rules, InetAddress::getAllByName);
  }

  Connector(ConnectionRules rules, Resolver resolver) {
    this.rules = rules;
    this.resolver = resolver;
    this.tls = new TrustedTls(rules.extraCaFile());
  }

  /**
   * Connects, protects the connection as {@code server} says, and reads greeting and capabilities.
   * Each address of the host is checked against the rules, and those that pass are tried in their
   * order until one takes the connection; the name is not resolved a second time. All of it, with
   * the first words of the server, is done within the connect timeout or fails.
   *
   * @throws ConnectFailed with the reason
   */
  public ImapConnection connect(Server server) {
    return connect(server, new DisplayText());
  }

  /**
   * As {@link #connect(Server)}, for a login to come: a server that has got it on an earlier
   * connection may repeat it in its greeting, where it is hidden too.
   *
   * @throws ConnectFailed with the reason
   */
  public ImapConnection connect(Server server, Credentials credentials) {
    DisplayText display = new DisplayText();
    display.hide(credentials);
    return connect(server, display);
  }

  private ImapConnection connect(Server server, DisplayText display) {
    requireSecure(server);
    List<InetAddress> addresses = allowedAddresses(server);
    Deadline deadline = new Deadline(rules.connectTimeout());
    Socket socket = connectTcp(server, addresses, deadline);
    boolean opened = false;
    try (deadline) {
      ImapConnection connection = new Opening(server, tls, rules, deadline, display).open(socket);
      opened = true;
      return connection;
    } finally {
      if (!opened) {
        close(socket);
      }
    }
  }

  /**
   * A connection without TLS and without a word said on it, to an address that the rules allow.
   *
   * @throws ConnectFailed with the reason
   */
  public Socket tcp(Server server) {
    return connectTcp(server, allowedAddresses(server), new Deadline(rules.connectTimeout()));
  }

  /**
   * Checks a host that shall be spoken to without TLS.
   *
   * @throws ConnectFailed when it may not be, or has no address that the rules allow
   */
  public void requirePlaintext(Server server) {
    requireSecure(server);
    allowedAddresses(server);
  }

  private static boolean named(Set<String> hosts, Server server) {
    return hosts.contains(server.host().toLowerCase(Locale.ROOT));
  }

  private void requireSecure(Server server) {
    if (server.security() == Security.NONE
        && !rules.anyPlaintext()
        && !named(rules.insecureHosts(), server)) {
      throw new ConnectFailed(
          Reason.PLAINTEXT_FORBIDDEN,
          server + " may not be used without TLS; it is not among the insecure hosts",
          null);
    }
  }

  private List<InetAddress> allowedAddresses(Server server) {
    List<InetAddress> addresses;
    try {
      addresses = new ArrayList<>(Arrays.asList(resolver.resolve(IDN.toASCII(server.host()))));
    } catch (UnknownHostException | IllegalArgumentException e) {
      throw new ConnectFailed(Reason.UNKNOWN_HOST, server + ": there is no host of that name", e);
    }
    if (!rules.anyAddress() && !named(rules.allowedHosts(), server)) {
      addresses.removeIf(address -> !AddressRules.isPublic(address));
    }
    if (addresses.isEmpty()) {
      throw new ConnectFailed(
          Reason.ADDRESS_FORBIDDEN,
          server + " has a loopback, private or link-local address; it is not an allowed host",
          null);
    }
    return addresses;
  }

  /** Each address gets its part of the time that is left, so that a dead one leaves some. */
  private static Socket connectTcp(Server server, List<InetAddress> addresses, Deadline deadline) {
    List<String> faults = new ArrayList<>();
    IOException last = null;
    int untried = addresses.size();
    for (InetAddress address : addresses) {
      Socket socket = new Socket();
      try {
        Duration part = deadline.left().dividedBy(untried--);
        socket.connect(new InetSocketAddress(address, server.port()), Transport.millis(part));
        return socket;
      } catch (IOException e) {
        close(socket);
        last = e;
        faults.add(address.getHostAddress() + ": " + DisplayText.plain("" + e.getMessage()));
      }
    }
    throw new ConnectFailed(
        Reason.UNREACHABLE, server + " does not answer (" + String.join("; ", faults) + ")", last);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }
}
