package org.mailcaravan.dav;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.http.RetryAfter;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;

/**
 * Sends requests for one account. The login is sent with every request in a header (RFC 7617 or
 * 6750), and is never in a URI or a message. Where the server was guessed from an address, the
 * login is sent only after the server has asked for it or has answered as a WebDAV server does.
 * Failures that concern the whole account are thrown: a refused login, an overloaded or unreachable
 * server.
 */
final class DavClient {
  private static final int MOST_REDIRECTS = 5;
  // Not 303: it asks for a GET instead, which would store nothing.
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 307, 308);

  private static final Set<String> STORING = Set.of("PUT", "MKCOL", "MKCALENDAR");

  /** Limit in octets for an answer of which only the beginning matters. */
  static final int SHORT = 64 << 10;

  private static final int LONGEST_WORDS = 200;
  private static final int LONGEST_RECORDED = 4096;
  private static final Pattern SERVER =
      Pattern.compile("(https?:)?//\\[[0-9a-f:.]{2,45}](:\\d{1,5})?", Pattern.CASE_INSENSITIVE);
  private static final byte[] NOTHING = {};
  private static final String XML = "application/xml; charset=utf-8";

  private final DavTransport transport;
  private final DavAuthorization authorization;
  private final SecretMask mask = new SecretMask();
  private final DavProgress progress;
  private volatile boolean mayLogIn;

  DavClient(DavTransport transport, DavLogin login) {
    this(transport, login, true);
  }

  /**
   * @param loginAtOnce whether the login is sent before the server has asked for it
   */
  DavClient(DavTransport transport, DavLogin login, boolean loginAtOnce) {
    this.transport = transport;
    this.progress = transport.progress();
    this.mayLogIn = loginAtOnce;
    if (login instanceof DavLogin.Password own) {
      mask.hide(own.username(), own.password());
    }
    this.authorization = new DavAuthorization(login, mask);
  }

  /**
   * What the server does when an event with attendees is stored at a URL. A server that does not
   * say is assumed to send invitations unless the event tells it not to.
   */
  Scheduling scheduling(URI uri) {
    DavAnswer told = send("OPTIONS", uri, SHORT);
    HttpConnections.Answer unknown =
        exchange("OPTIONS", told.uri(), Map.of(), NOTHING, SHORT, false);
    if (Scheduling.of(unknown.map()) == Scheduling.ALWAYS) {
      return Scheduling.ALWAYS;
    }
    return told.isSuccess() || told.scheduling() == Scheduling.ALWAYS
        ? told.scheduling()
        : Scheduling.UNLESS_LEFT_TO_CLIENT;
  }

  DavSide side() {
    return transport.side();
  }

  /** Sends XML and keeps up to {@code limit} octets of the answer. */
  DavAnswer send(String method, URI uri, Map<String, String> headers, String xml, int limit) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("Content-Type", XML);
    return send(method, uri, all, xml.getBytes(StandardCharsets.UTF_8), limit);
  }

  /** Sends a request without a body and keeps up to {@code limit} octets of the answer. */
  DavAnswer send(String method, URI uri, int limit) {
    return send(method, uri, Map.of(), NOTHING, limit);
  }

  /** Sends a request and keeps up to {@link #SHORT} octets of the answer. */
  DavAnswer send(String method, URI uri, Map<String, String> headers, byte[] body) {
    return send(method, uri, headers, body, SHORT);
  }

  /**
   * Sends a request and follows redirects on the same host.
   *
   * @param limit how many octets of the answer are kept
   * @throws TryAgain when the server cannot be reached or is busy
   * @throws NeedsAttention when it refuses the login, has no trusted certificate, or redirects to
   *     another host
   */
  private DavAnswer send(
      String method, URI uri, Map<String, String> headers, byte[] body, int limit) {
    URI target = uri;
    for (int hops = 0; ; hops++) {
      HttpConnections.Answer response = exchange(method, target, headers, body, limit, mayLogIn);
      if (!mayLogIn && asksForLogin(response)) {
        mayLogIn = true;
        response = exchange(method, target, headers, body, limit, true);
      }
      if (response.status() == 401 && mayLogIn && authorization.renews()) {
        response = exchange(method, target, headers, body, limit, true);
      }
      if (!REDIRECTS.contains(response.status())) {
        DavAnswer answer =
            new DavAnswer(
                response.status(),
                response.reason(),
                target,
                response.first("ETag").filter(this::isRecordable).orElse(null),
                response.octets(),
                response.whole(),
                Scheduling.of(response.map()),
                mask);
        throwAccountFailures(method, answer, response);
        authorization.accepted();
        return answer;
      }
      target = redirect(target, response.first("Location").orElse(""));
      if (hops == MOST_REDIRECTS) {
        throw wrongUrl(uri, "the server redirects again and again");
      }
    }
  }

  private boolean asksForLogin(HttpConnections.Answer response) {
    return response.status() == 207
        || (response.status() == 401
            && response.all("WWW-Authenticate").anyMatch(authorization::isAskedForIn));
  }

  private HttpConnections.Answer exchange(
      String method,
      URI uri,
      Map<String, String> headers,
      byte[] body,
      int limit,
      boolean withLogin) {
    requireHost(uri);
    Map<String, String> all = new HashMap<>(headers);
    all.put("User-Agent", "MailCaravan");
    if (withLogin) {
      all.put("Authorization", authorization.header());
    }
    try {
      return answer(method, uri, all, body, limit);
    } catch (ExecutionException e) {
      if (!wasCutOff(e.getCause())) {
        throw unreachable(uri, e.getCause());
      }
    }
    // A server can close a kept connection just when it is used again (RFC 9112, section 9.5). All
    // requests can be repeated: if the first PUT was stored, the second finds the resource there.
    try {
      return answer(method, uri, all, body, limit);
    } catch (ExecutionException e) {
      throw unreachable(uri, e.getCause());
    }
  }

  /** Checks a URL that a person or a server wrote before it is used. */
  private void requireHost(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    String problem =
        !scheme.equals("https") && !scheme.equals("http")
            ? "the URL is neither https nor http"
            : uri.getHost() == null ? "the URL names no server" : null;
    if (problem == null && (uri.getPort() == 0 || uri.getPort() > 65535)) {
      problem = "the port in the URL is not between 1 and 65535";
    }
    if (problem == null) {
      try {
        HostNames.normal(uri.getHost());
      } catch (IllegalArgumentException e) {
        problem = "the name of the server in the URL " + e.getMessage();
      }
    }
    if (problem != null) {
      throw wrongUrl(uri, problem);
    }
  }

  private static boolean wasCutOff(@Nullable Throwable failure) {
    return failure instanceof IOException
        && !(failure instanceof InterruptedIOException
            || failure instanceof ClientProtocolException
            || failure instanceof MessageConstraintException
            || failure instanceof SSLException);
  }

  private HttpConnections.Answer answer(
      String method, URI uri, Map<String, String> headers, byte[] body, int limit)
      throws ExecutionException {
    long asked = System.nanoTime();
    transport.requireGoingOn();
    requireProgress(uri, asked);
    try {
      HttpConnections.Answer answer = transport.http().send(method, uri, headers, body, limit);
      progress.answered(
          answer.status(), answer.octets().length + body.length, asked, System.nanoTime());
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw tryAgain(uri, "the program is stopping", null, e);
    } catch (TimeoutException e) {
      throw tryAgain(uri, "the server did not finish its answer", null, e);
    }
  }

  private void requireProgress(URI uri, long now) {
    Duration inVain = progress.tooLong(now).orElse(null);
    if (inVain != null) {
      throw tryAgain(
          uri,
          "the server has kept us waiting for %d seconds without a result"
              .formatted(inVain.toSeconds()),
          null,
          new IOException("no result in " + inVain));
    }
  }

  private RuntimeException unreachable(URI uri, @Nullable Throwable cause) {
    if (cause instanceof ConnectFailed failed) {
      return notConnected(uri, failed);
    }
    if (cause instanceof IOException lost) {
      String words =
          lost.getMessage() == null ? lost.getClass().getSimpleName() : lost.getMessage();
      boolean repeats = mask.isIn(words);
      return tryAgain(
          uri,
          "the server could not be reached (" + bounded(shown(words)) + ")",
          null,
          repeats ? new IOException(shown(words)) : lost);
    }
    return new IllegalStateException("the request could not be sent to " + place(uri), cause);
  }

  private RuntimeException notConnected(URI uri, ConnectFailed failed) {
    String words = shown(failed.getMessage());
    return switch (failed.reason()) {
      case UNKNOWN_HOST, UNREACHABLE, TURNED_AWAY ->
          tryAgain(uri, "the server could not be reached (" + words + ")", null, failed);
      case ADDRESS_FORBIDDEN ->
          new NeedsAttention(
              new Problem(
                  place(uri),
                  "the server has a loopback, private or link-local address",
                  Owner.US,
                  "Check the URL. If it is right, allow the host with source.allowed-hosts."),
              failed);
      case PLAINTEXT_FORBIDDEN ->
          new NeedsAttention(
              new Problem(
                  place(uri),
                  words,
                  Owner.US,
                  "Use an https:// URL, or allow the host with source.insecure-hosts and"
                      + " source.allowed-hosts."),
              failed);
      default ->
          new NeedsAttention(
              new Problem(
                  place(uri),
                  "no secure connection could be made: " + words,
                  side().server(),
                  "Give the server a certificate for this name, or add its issuer to the trusted"
                      + " certificates in the configuration (tls.extra-ca-file)."),
              failed);
    };
  }

  private static String bounded(String words) {
    return words.length() <= LONGEST_WORDS ? words : words.substring(0, LONGEST_WORDS) + "...";
  }

  private void throwAccountFailures(
      String method, DavAnswer answer, HttpConnections.Answer response) {
    switch (answer.status()) {
      case 401 -> throw notLoggedIn(answer, response);
      case 429, 502, 503, 504 ->
          throw tryAgain(
              answer.uri(),
              "the server is busy (" + answer.words() + ")",
              response
                  .first("Retry-After")
                  .flatMap(text -> RetryAfter.of(text, transport.clock()))
                  .orElse(null),
              new IOException("HTTP status " + answer.status()));
      case 507 -> {
        // For a REPORT it means that the answer would be too long (RFC 6578, section 3.6).
        if (STORING.contains(method)) {
          throw attention(
              answer.uri(),
              "there is no room left (" + answer.words() + ")",
              "Raise the quota of the mailbox.");
        }
      }
      default -> {}
    }
  }

  private NeedsAttention notLoggedIn(DavAnswer answer, HttpConnections.Answer response) {
    // RFC 9110, section 11.6.1: the name of the scheme comes first.
    String schemes =
        response
            .all("WWW-Authenticate")
            .map(challenge -> challenge.strip().split("[\\s,]", 2)[0])
            .distinct()
            .collect(Collectors.joining(", "));
    boolean takesLogin = schemes.isEmpty() || asksForLogin(response);
    return takesLogin
        ? new NeedsAttention(
            new Problem(
                place(answer.uri()),
                "the server refused the login (" + answer.words() + ")",
                side().login(),
                authorization.isToken() ? side().correctToken() : side().correctLogin()))
        : new NeedsAttention(
            new Problem(
                place(answer.uri()),
                "the server takes no %s, only %s (%s)"
                    .formatted(
                        authorization.isToken() ? "access token" : "user name and password",
                        bounded(shown(schemes)),
                        answer.words()),
                side().server(),
                side().correctUrl()));
  }

  private URI redirect(URI from, String location) {
    return follow(from, location)
        .orElseThrow(() -> wrongUrl(from, "the server redirects to something that is not a URL"));
  }

  /**
   * Resolves an href or Location against the URL that it was sent from.
   *
   * @return empty when it is not a URL
   * @throws NeedsAttention when it leads to a host that the login may not be sent to
   */
  Optional<URI> follow(URI from, String href) {
    URI to = resolved(from, href);
    if (to != null && !transport.mayFollow(from, to)) {
      throw new NeedsAttention(
          new Problem(
              place(from),
              "the server points to %s, where the login is not sent".formatted(bounded(server(to))),
              side().url(),
              side().correctUrl()
                  + (transport.isWeaker(from, to)
                      ? " Or have the server point to an https:// URL."
                      : " Or allow the host with dav.redirect-hosts.")));
    }
    return Optional.ofNullable(to);
  }

  /** Scheme, host and port. */
  private String server(URI uri) {
    if (uri.getHost() == null) {
      return "a %s: URL that names no server".formatted(shown(uri.getScheme()));
    }
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return shown(uri.getScheme() + "://" + uri.getHost() + port);
  }

  /**
   * Resolves an href in a list of resources. On the same host only its path is used, since many
   * servers behind a proxy do not know their public scheme and port.
   *
   * @return empty when it is not a URL
   * @throws NeedsAttention when it names a host that the login may not be sent to
   */
  Optional<URI> listed(URI from, String href) {
    URI to = resolved(from, href);
    return to != null && String.valueOf(from.getHost()).equalsIgnoreCase(to.getHost())
        ? Optional.of(to)
        : follow(from, href);
  }

  private static @Nullable URI resolved(URI from, String href) {
    try {
      return from.resolve(URI.create(escaped(href)));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Escapes characters that a URL cannot have, such as spaces: some servers do not. */
  private static String escaped(String href) {
    // Brackets are allowed around an IPv6 address only (RFC 3986, section 3.2.2).
    Matcher server = SERVER.matcher(href);
    String authority = server.lookingAt() ? server.group() : "";
    StringBuilder escaped = new StringBuilder(authority);
    for (byte octet : href.substring(authority.length()).getBytes(StandardCharsets.UTF_8)) {
      boolean plain = octet > ' ' && octet < 0x7f && "\"<>[]\\^`{|}".indexOf(octet) < 0;
      escaped.append(plain ? String.valueOf((char) octet) : "%%%02X".formatted(octet & 0xff));
    }
    return escaped.toString();
  }

  /** The problem that a configured URL is wrong. */
  NeedsAttention wrongUrl(URI uri, String cause) {
    return attention(uri, cause, side().correctUrl());
  }

  /** What a status other than success means. */
  Refusal refusal(int status) {
    return Refusal.of(status, mayLogIn);
  }

  /** The problem that the server refuses a request. */
  NeedsAttention refused(URI uri, String cause, Refusal refusal) {
    return switch (refusal) {
      case NO_DAV -> wrongUrl(uri, cause);
      case FAULT -> misbehaving(uri, cause);
      case FORBIDDEN ->
          new NeedsAttention(new Problem(place(uri), cause, side().server(), side().allow()));
    };
  }

  /** The problem that the server answers what no server should. */
  NeedsAttention misbehaving(URI uri, String cause) {
    return new NeedsAttention(
        new Problem(
            place(uri),
            cause,
            side().server(),
            "Check what the server answers there. The data can also be moved with an exported"
                + " file."));
  }

  NeedsAttention attention(URI uri, String cause, String nextStep) {
    return new NeedsAttention(new Problem(place(uri), cause, side().url(), nextStep));
  }

  private TryAgain tryAgain(URI uri, String cause, @Nullable Duration after, Throwable fault) {
    return new TryAgain(
        new Problem(
            place(uri),
            cause,
            side().server(),
            "Check that the server runs and can be reached from here."),
        after,
        fault);
  }

  /**
   * Host and path for a message, without the login, even where the server has put it into the path.
   */
  Where place(URI uri) {
    int port = uri.getPort();
    return Where.url(shown(uri.getHost() + (port < 0 ? "" : ":" + port) + uri.getRawPath()));
  }

  /** Text of the server, without the login. */
  String shown(@Nullable String words) {
    return mask.of(String.valueOf(words));
  }

  /**
   * Whether text of the server may be stored: it is not too long and does not contain the login.
   */
  boolean isRecordable(String words) {
    return words.length() <= LONGEST_RECORDED && !mask.isIn(words);
  }
}
