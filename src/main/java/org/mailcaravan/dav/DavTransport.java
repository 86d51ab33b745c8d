package org.mailcaravan.dav;

import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/** The connections to the servers of one side, and the rules for them. Thread-safe. */
public final class DavTransport {
  private final HttpClient http;
  private final Duration patience;
  private final Set<String> redirectHosts;
  private final Clock clock;
  private final Side side;
  private final Consumer<URI> check;

  private DavTransport(
      HttpClient http,
      Duration patience,
      Set<String> redirectHosts,
      Clock clock,
      Side side,
      Consumer<URI> check) {
    this.http = http;
    this.patience = patience;
    this.redirectHosts = Set.copyOf(redirectHosts);
    this.clock = clock;
    this.side = side;
    this.check = check;
  }

  /**
   * To our own servers, which may have any address.
   *
   * @param trust decides which certificates are trusted
   * @param connectTimeout for making a connection
   * @param requestTimeout for the answer to one request
   * @param redirectHosts hosts, in lower case, to which a server may send us and the login, with
   *     all hosts below them
   * @param clock to read dates that a server asks us to wait for
   */
  public static DavTransport toDestination(
      SSLContext trust,
      Duration connectTimeout,
      Duration requestTimeout,
      Set<String> redirectHosts,
      Clock clock) {
    return new DavTransport(
        client(trust, connectTimeout, null),
        requestTimeout,
        redirectHosts,
        clock,
        Side.DESTINATION,
        uri -> {});
  }

  /**
   * To old providers' servers, under the same rules as their mail servers: TLS verified, no
   * loopback, private and link-local addresses, except for hosts that the configuration names.
   *
   * @param connector knows the rules
   */
  public static DavTransport toSources(
      SSLContext trust,
      Duration connectTimeout,
      Duration requestTimeout,
      Set<String> redirectHosts,
      Clock clock,
      Connector connector) {
    return new DavTransport(
        client(trust, connectTimeout, new SourceTunnel(connector)),
        requestTimeout,
        redirectHosts,
        clock,
        Side.SOURCE,
        uri -> requireAllowed(connector, uri));
  }

  /** With TLS, the tunnel looks at the address that it connects to. */
  private static void requireAllowed(Connector connector, URI uri) {
    if (!"https".equalsIgnoreCase(uri.getScheme())) {
      try {
        connector.requirePlaintext(
            new Server(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort(), Security.NONE));
      } catch (ConnectFailed e) {
        throw new NeedsAttention(
            new Problem(
                uri.getHost() + uri.getRawPath(),
                String.valueOf(e.getMessage()),
                Owner.US,
                "use an https:// URL, or allow the host with source.insecure-hosts and"
                    + " source.allowed-hosts"),
            e);
      }
    }
  }

  private static HttpClient client(
      SSLContext trust, Duration connectTimeout, @Nullable ProxySelector tunnels) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .sslContext(trust)
            .connectTimeout(connectTimeout);
    return (tunnels == null ? builder : builder.proxy(tunnels)).build();
  }

  HttpClient http() {
    return http;
  }

  /** How long one request may take. */
  Duration patience() {
    return patience;
  }

  Clock clock() {
    return clock;
  }

  Side side() {
    return side;
  }

  /**
   * Checks whether a URL may be asked at all.
   *
   * @throws org.mailcaravan.model.NeedsAttention when not
   */
  void check(URI uri) {
    check.accept(uri);
  }

  /** Whether the login may follow where one server points to another. */
  boolean mayFollow(URI from, URI to) {
    String host = to.getHost() == null ? "" : to.getHost().toLowerCase(Locale.ROOT);
    boolean noWeaker =
        from.getScheme().equalsIgnoreCase(to.getScheme())
            || "https".equalsIgnoreCase(to.getScheme());
    return noWeaker
        && to.getRawUserInfo() == null
        && (host.equalsIgnoreCase(from.getHost())
            || redirectHosts.stream()
                .anyMatch(allowed -> host.equals(allowed) || host.endsWith("." + allowed)));
  }
}
