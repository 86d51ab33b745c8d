package org.mailcaravan.imap;

import java.io.IOException;
import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ConnectFailed.Reason;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/** Opens connections under a set of rules. Thread-safe. */
public final class Connector {
  /** Looks up a host name. */
  @FunctionalInterface
  public interface Resolver {
    /** All addresses of a host. */
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

  /**
   * As {@link #Connector(ConnectionRules)}.
   *
   * @param resolver looks up names in place of the system
   */
  public Connector(ConnectionRules rules, Resolver resolver) {
    this.rules = rules;
    this.resolver = resolver;
    this.tls = new TrustedTls(rules.extraCaFile());
  }

  /**
   * Connects, with TLS as {@code server} says, and reads greeting and capabilities. The addresses
   * of the host are checked against the rules, then tried in order until one accepts; the name is
   * not resolved again. All of this takes at most the connect timeout.
   *
   * @throws ConnectFailed with the reason
   */
  public ImapConnection connect(Server server) {
    return connect(server, new DisplayText(), socket -> {});
  }

  /**
   * As {@link #connect(Server)}, and hides these credentials in all that the server says: one that
   * got them on an earlier connection may repeat them in its greeting.
   *
   * @throws ConnectFailed with the reason
   */
  public ImapConnection connectForLogin(Server server, Credentials credentials) {
    return connectForLogin(server, credentials, socket -> {});
  }

  /**
   * As {@link #connectForLogin(Server, Credentials)}.
   *
   * @param used gets each socket before it is used. Whoever closes it ends the wait for the server,
   *     by {@link ConnectFailed}, or later by {@link ConnectionLost}
   */
  public ImapConnection connectForLogin(
      Server server, Credentials credentials, Consumer<Socket> used) {
    DisplayText display = new DisplayText();
    display.hide(credentials);
    return connect(server, display, used);
  }

  private ImapConnection connect(Server server, DisplayText display, Consumer<Socket> used) {
    requireSecure(server);
    List<InetAddress> addresses = allowedAddresses(server);
    Deadline deadline = new Deadline(rules.connectTimeout());
    Socket socket = connectTcp(server, addresses, deadline, used);
    boolean opened = false;
    try (deadline) {
      ImapConnection connection = new Handshake(server, tls, rules, deadline, display).open(socket);
      opened = true;
      return connection;
    } finally {
      if (!opened) {
        close(socket);
      }
    }
  }

  /**
   * A connection on which nothing was sent yet.
   *
   * @param tls over {@code tcp}, or null without TLS
   */
  public record Opened(Socket tcp, @Nullable SSLSocket tls) {}

  /**
   * Connects under the same rules as {@link #connect}, for another protocol than IMAP.
   *
   * @param server with TLS from the start, or without TLS
   * @throws ConnectFailed with the reason
   */
  public Opened open(Server server) {
    requireSecure(server);
    List<InetAddress> addresses = allowedAddresses(server);
    Deadline deadline = new Deadline(rules.connectTimeout());
    Socket tcp = connectTcp(server, addresses, deadline, socket -> {});
    deadline.watch(tcp);
    @Nullable Opened opened = null;
    try (deadline) {
      tcp.setTcpNoDelay(true);
      // Closing must not wait for a write that hangs.
      tcp.setSoLinger(true, 1);
      opened =
          new Opened(tcp, server.security() == Security.TLS ? tls.handshake(tcp, server) : null);
    } catch (IOException e) {
      throw new ConnectFailed(
          Reason.UNREACHABLE,
          server + " broke the connection: " + DisplayText.plain("" + e.getMessage()),
          e);
    } finally {
      if (opened == null) {
        close(tcp);
      }
    }
    return opened;
  }

  /**
   * Checks that the rules allow a server: its security, and all addresses that its name has now.
   * Nothing is sent to it.
   *
   * @throws ConnectFailed with the reason
   */
  public void requireAllowed(Server server) {
    requireSecure(server);
    allowedAddresses(server);
  }

  /** How long a server that is not silent may keep us waiting without a result. */
  public Duration longestWait() {
    return rules.longestWait();
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
      addresses = List.of(resolver.resolve(IDN.toASCII(server.host(), IDN.ALLOW_UNASSIGNED)));
    } catch (UnknownHostException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new ConnectFailed(Reason.UNKNOWN_HOST, server + ": there is no host of that name", e);
    }
    // One is enough: no honest name has a private address beside a public one.
    boolean forbidden =
        !addresses.stream().allMatch(address -> rules.allows(server.host(), address));
    if (forbidden || addresses.isEmpty()) {
      throw new ConnectFailed(
          Reason.ADDRESS_FORBIDDEN,
          server + " has a loopback, private or link-local address; it is not an allowed host",
          null);
    }
    return addresses;
  }

  /** Each address gets its share of the time that is left; a dead one must not use it all. */
  private static Socket connectTcp(
      Server server, List<InetAddress> addresses, Deadline deadline, Consumer<Socket> used) {
    List<String> faults = new ArrayList<>();
    IOException last = null;
    int untried = addresses.size();
    for (InetAddress address : addresses) {
      Socket socket = new Socket();
      used.accept(socket);
      try {
        Duration part = deadline.left().dividedBy(untried--);
        socket.connect(new InetSocketAddress(address, server.port()), Transport.millis(part));
        if (!address.equals(socket.getInetAddress())) {
          throw new IOException("connected to another address");
        }
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
      // It is given up either way.
    }
  }
}
