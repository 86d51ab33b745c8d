package org.mailcaravan.dav;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.imap.Connector;

/** Connections to the servers of one side, and the rules for them. Thread-safe. */
public final class DavTransport {
  private final HttpConnections http;
  private final Duration patience;
  private final Duration longestWait;
  private final Set<String> redirectHosts;
  private final Clock clock;
  private final DavSide side;
  private final Runnable goOn;

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
    this.goOn = () -> {};
  }

  private DavTransport(DavTransport same, Runnable goOn) {
    this.http = same.http;
    this.patience = same.patience;
    this.longestWait = same.longestWait;
    this.redirectHosts = same.redirectHosts;
    this.clock = same.clock;
    this.side = same.side;
    this.goOn = goOn;
  }

  /** The same connections; before each request something is run, which may throw. */
  DavTransport asking(Runnable first) {
    return new DavTransport(this, first);
  }

  /** To be called before each request. */
  void requireGoingOn() {
    goOn.run();
  }

  /**
   * Connections to our own servers.
   *
   * @param connector with the rules for our own mail server
   * @param requestTimeout limit for an answer to begin; the whole answer may take twice as long
   * @param redirectHosts hosts, in lower case, that a server may redirect to with the login;
   *     subdomains are included
   * @param clock for Retry-After headers that hold a date
   */
  public static DavTransport toDestination(
      Connector connector, Duration requestTimeout, Set<String> redirectHosts, Clock clock) {
    return new DavTransport(connector, requestTimeout, redirectHosts, clock, DavSide.DESTINATION);
  }

  /**
   * Connections to old providers' servers, as {@link #toDestination}.
   *
   * @param connector with the rules for their mail servers: verified TLS, and no loopback, private
   *     or link-local addresses, except for hosts that the configuration names
   */
  public static DavTransport toSources(
      Connector connector, Duration requestTimeout, Set<String> redirectHosts, Clock clock) {
    return new DavTransport(connector, requestTimeout, redirectHosts, clock, DavSide.SOURCE);
  }

  HttpConnections http() {
    return http;
  }

  /** Starts to watch the answers for one account. */
  DavProgress progress() {
    return new DavProgress(patience, longestWait);
  }

  Clock clock() {
    return clock;
  }

  DavSide side() {
    return side;
  }

  /** Whether the login may be sent to a URL that a server points to. */
  boolean mayFollow(URI from, URI to) {
    String host = to.getHost() == null ? "" : to.getHost().toLowerCase(Locale.ROOT);
    return !isWeaker(from, to)
        && to.getRawUserInfo() == null
        && (isSame(from, to)
            || redirectHosts.stream()
                .anyMatch(allowed -> host.equals(allowed) || host.endsWith("." + allowed)));
  }

  /** Whether the login would be less protected there, whatever the host. */
  boolean isWeaker(URI from, URI to) {
    return !isTls(to) && (isTls(from) || !"http".equalsIgnoreCase(to.getScheme()));
  }

  /** Whether host and port are the same; a server without TLS may point to itself with TLS. */
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
