package org.mailcaravan.dav;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.mailcaravan.imap.Connector;

/** The connections to the servers of one side, and the rules for them. Thread-safe. */
public final class DavTransport {
  private final HttpConnections http;
  private final Duration patience;
  private final Duration longestWait;
  private final Set<String> redirectHosts;
  private final Clock clock;
  private final DavSide side;

  private DavTransport(
      Connector connector,
      Duration requestTimeout,
      Set<String> redirectHosts,
      Clock clock,
      DavSide side) {
    this.http = new HttpConnections(connector, requestTimeout);
    this.patience = requestTimeout;
    this.longestWait = connector.longestWait();
    this.redirectHosts = Set.copyOf(redirectHosts);
    this.clock = clock;
    this.side = side;
  }

  /**
   * To our own servers.
   *
   * @param connector under the rules for our own mail server
   * @param requestTimeout for the answer to one request to begin; to its end it may take twice as
   *     long
   * @param redirectHosts hosts, in lower case, to which a server may send us and the login, with
   *     all hosts below them
   * @param clock to read dates that a server asks us to wait for
   */
  public static DavTransport toDestination(
      Connector connector, Duration requestTimeout, Set<String> redirectHosts, Clock clock) {
    return new DavTransport(connector, requestTimeout, redirectHosts, clock, DavSide.DESTINATION);
  }

  /**
   * To old providers' servers, as {@link #toDestination}.
   *
   * @param connector under the rules for their mail servers: TLS verified, no loopback, private and
   *     link-local addresses, except for hosts that the configuration names
   */
  public static DavTransport toSources(
      Connector connector, Duration requestTimeout, Set<String> redirectHosts, Clock clock) {
    return new DavTransport(connector, requestTimeout, redirectHosts, clock, DavSide.SOURCE);
  }

  HttpConnections http() {
    return http;
  }

  /** Looks after one account at a server. */
  DavProgress progress() {
    return new DavProgress(patience, longestWait);
  }

  Clock clock() {
    return clock;
  }

  DavSide side() {
    return side;
  }

  /** Whether the login may follow where one server points to another. */
  boolean mayFollow(URI from, URI to) {
    String host = to.getHost() == null ? "" : to.getHost().toLowerCase(Locale.ROOT);
    return !isWeaker(from, to)
        && to.getRawUserInfo() == null
        && (isSame(from, to)
            || redirectHosts.stream()
                .anyMatch(allowed -> host.equals(allowed) || host.endsWith("." + allowed)));
  }

  /** Whether the login would lose its protection, whatever the host. */
  boolean isWeaker(URI from, URI to) {
    return !isTls(to) && (isTls(from) || !"http".equalsIgnoreCase(to.getScheme()));
  }

  /** Host and port; a server without TLS may send us to itself with TLS. */
  private static boolean isSame(URI from, URI to) {
    boolean samePort = port(from) == port(to) && isTls(from) == isTls(to);
    boolean moreProtected = port(from) == 80 && port(to) == 443 && isTls(to);
    return String.valueOf(from.getHost()).equalsIgnoreCase(to.getHost())
        && (samePort || moreProtected);
  }

  private static boolean isTls(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : isTls(uri) ? 443 : 80;
  }
}
