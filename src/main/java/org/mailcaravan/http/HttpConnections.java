package org.mailcaravan.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.LeaseRequest;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.URIAuthority;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/**
 * Sends single HTTP/1.1 requests. It uses the minimal client of Apache HttpClient, which follows no
 * redirects, keeps no cookies, answers no challenges, unpacks nothing, uses no proxy and repeats
 * nothing. The {@link Connector} of the mail servers makes the connections, so the address that was
 * checked is the one that is connected to. Thread-safe.
 */
public final class HttpConnections {
  /** Limit of headers in an answer; only a hostile server sends more. */
  private static final int MOST_HEADERS = 200;

  private static final int LONGEST_HEADER = 64 << 10;
  private static final int MOST_CONNECTIONS = 1000;
  private static final TimeValue IDLE = TimeValue.ofSeconds(30);

  private final CloseableHttpClient http;
  private final Pool pool;
  private final Duration patience;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "http");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * The answer to a request.
   *
   * @param reason the reason phrase of the status line, often empty
   * @param octets of the body, up to the limit of the request
   * @param whole whether octets are the whole body
   */
  @SuppressWarnings("ArrayRecordComponent") // short-lived, never compared
  public record Answer(
      int status, String reason, List<Header> headers, byte[] octets, boolean whole) {
    /** The values of a header, in any case of its name. */
    public Stream<String> all(String name) {
      return headers.stream()
          .filter(header -> header.getName().equalsIgnoreCase(name))
          .map(NameValuePair::getValue)
          .filter(Objects::nonNull);
    }

    /** All headers, by their names as sent. */
    public Map<String, List<String>> map() {
      return headers.stream()
          .collect(
              Collectors.groupingBy(
                  NameValuePair::getName,
                  Collectors.mapping(
                      header -> header.getValue() == null ? "" : header.getValue(),
                      Collectors.toList())));
    }

    /** The first value of a header. */
    public Optional<String> first(String name) {
      return all(name).findFirst();
    }
  }

  /**
   * @param connector with the rules for the servers
   * @param patience limit for an answer to begin; the whole answer may take twice as long
   */
  public HttpConnections(Connector connector, Duration patience) {
    this.patience = patience;
    this.pool =
        new Pool(
            new Connecting(connector),
            ManagedHttpClientConnectionFactory.builder()
                .http1Config(
                    Http1Config.custom()
                        .setMaxHeaderCount(MOST_HEADERS)
                        .setMaxLineLength(LONGEST_HEADER)
                        .build())
                .build());
    pool.setMaxTotal(MOST_CONNECTIONS);
    pool.setDefaultMaxPerRoute(MOST_CONNECTIONS);
    pool.setDefaultConnectionConfig(
        ConnectionConfig.custom()
            .setIdleTimeout(Timeout.of(IDLE.toDuration()))
            .setValidateAfterInactivity(TimeValue.ofSeconds(1))
            .build());
    this.http = HttpClients.createMinimal(pool);
  }

  /**
   * A pool that survives an Error, such as an OutOfMemoryError. The client closes its pool after
   * one, and no mailbox could import anything from then on.
   */
  private static final class Pool extends PoolingHttpClientConnectionManager {
    private static final ThreadLocal<@Nullable ConnectionEndpoint> LEASED = new ThreadLocal<>();

    Pool(
        HttpClientConnectionOperator connecting,
        HttpConnectionFactory<ManagedHttpClientConnection> factory) {
      super(connecting, PoolConcurrencyPolicy.STRICT, PoolReusePolicy.LIFO, null, factory);
    }

    @Override
    public LeaseRequest lease(
        String id, HttpRoute route, Timeout requestTimeout, @Nullable Object state) {
      LeaseRequest request = super.lease(id, route, requestTimeout, state);
      return new LeaseRequest() {
        @Override
        public ConnectionEndpoint get(Timeout timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
          ConnectionEndpoint endpoint = request.get(timeout);
          LEASED.set(endpoint);
          return endpoint;
        }

        @Override
        public boolean cancel() {
          return request.cancel();
        }
      };
    }

    /**
     * Closes the connection that this thread leased last; an Error has left it in an unknown state.
     */
    void discard() {
      ConnectionEndpoint endpoint = LEASED.get();
      if (endpoint != null) {
        endpoint.close(CloseMode.IMMEDIATE);
        release(endpoint, null, TimeValue.ZERO_MILLISECONDS);
      }
    }

    void done() {
      LEASED.remove();
    }

    @Override
    public void close(CloseMode mode) {
      // The client calls this after an Error. The connections end with the program.
    }
  }

  /** Makes connections in the same way as to mail servers. */
  private record Connecting(Connector connector) implements HttpClientConnectionOperator {
    @Override
    public void connect(
        ManagedHttpClientConnection connection,
        HttpHost host,
        InetSocketAddress localAddress,
        TimeValue connectTimeout,
        SocketConfig socketConfig,
        HttpContext context)
        throws IOException {
      Connector.Opened opened = connector.open(server(host));
      if (opened.tls() == null) {
        connection.bind(opened.tcp());
      } else {
        connection.bind(opened.tls(), opened.tcp());
      }
    }

    @Override
    public void upgrade(
        ManagedHttpClientConnection connection, HttpHost host, HttpContext context) {
      throw new UnsupportedOperationException("no request is sent through another protocol");
    }
  }

  private static Server server(HttpHost host) {
    return new Server(
        host.getHostName(),
        host.getPort(),
        host.getSchemeName().equals("https") ? Security.TLS : Security.NONE);
  }

  /**
   * Sends a request and waits for the answer.
   *
   * @param uri http or https
   * @param limit octets of the body that are kept; the rest is not read
   * @throws ExecutionException with the failure to connect, send or read, or with an Error
   * @throws TimeoutException when the answer is not complete in time
   */
  public Answer send(String method, URI uri, Map<String, String> headers, byte[] body, int limit)
      throws ExecutionException, TimeoutException, InterruptedException {
    HttpHost host = host(uri);
    HttpUriRequestBase request = new HttpUriRequestBase(method, URI.create("/"));
    request.setScheme(host.getSchemeName());
    request.setAuthority(new URIAuthority(host.getHostName(), uri.getPort()));
    request.setPath(path(uri));
    request.setConfig(
        RequestConfig.custom()
            .setConnectionRequestTimeout(Timeout.of(patience))
            .setResponseTimeout(Timeout.of(patience))
            .build());
    headers.forEach(request::setHeader);
    if (body.length > 0) {
      request.setEntity(new ByteArrayEntity(body, null));
    }
    // In its own thread: nothing else ends a slow answer, or a write that hangs.
    Future<Answer> answer = threads.submit(() -> exchange(host, request, limit));
    try {
      return answer.get(patience.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      if (!answer.isDone()) {
        answer.cancel(true);
        request.cancel();
      }
      pool.closeIdle(IDLE);
    }
  }

  /** A URI may come from a server, which can name what no client can connect to. */
  private static HttpHost host(URI uri) throws ExecutionException {
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort() < 0 ? (tls ? 443 : 80) : uri.getPort();
    String name = uri.getHost();
    if (name == null || port < 1 || port > 65535) {
      throw new ExecutionException(new IOException("the URL names no server"));
    }
    return new HttpHost(tls ? "https" : "http", bare(name), port);
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static String path(URI uri) {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  private Answer exchange(HttpHost host, HttpUriRequestBase request, int limit) throws IOException {
    try (ClassicHttpResponse response = http.executeOpen(host, request, null)) {
      HttpEntity entity = response.getEntity();
      ByteArrayOutputStream octets = new ByteArrayOutputStream();
      boolean whole = true;
      if (entity != null) {
        try (InputStream in = entity.getContent()) {
          whole = read(in, limit, octets);
          if (!whole) {
            request.cancel(); // otherwise close would read the rest
          }
        }
      }
      return new Answer(
          response.getCode(),
          Objects.requireNonNullElse(response.getReasonPhrase(), ""),
          List.of(response.getHeaders()),
          octets.toByteArray(),
          whole);
    } catch (Error e) {
      pool.discard();
      throw e;
    } finally {
      pool.done();
    }
  }

  /** Reads up to {@code limit} octets; true when that was the whole body. */
  private static boolean read(InputStream in, int limit, ByteArrayOutputStream octets)
      throws IOException {
    byte[] piece = new byte[16 << 10];
    while (true) {
      int n = in.read(piece);
      if (n < 0) {
        return true;
      }
      int kept = Math.min(n, limit - octets.size());
      octets.write(piece, 0, kept);
      if (kept < n) {
        return false;
      }
    }
  }
}
