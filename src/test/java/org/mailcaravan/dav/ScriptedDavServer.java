package org.mailcaravan.dav;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.mailcaravan.server.TlsCertificate;

/** A server on the loopback address that answers each request as the test says. */
public final class ScriptedDavServer implements AutoCloseable {
  /**
   * A request as it came in.
   *
   * @param headers by name in any case; the first value of each
   */
  public record Request(String method, String path, Map<String, String> headers, String body) {
    /** The same with another login. */
    public Request as(String authorization) {
      Map<String, String> others = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      others.putAll(headers);
      others.put("Authorization", authorization);
      return new Request(method, path, others, body);
    }
  }

  /**
   * What to answer.
   *
   * @param status 0 to close the connection without an answer
   */
  public record Answer(int status, Map<String, String> headers, String body) {
    public static Answer of(int status) {
      return new Answer(status, Map.of(), "");
    }

    public static Answer of(int status, String body) {
      return new Answer(status, Map.of(), body);
    }

    public static Answer of(int status, String header, String value) {
      return new Answer(status, Map.of(header, value), "");
    }
  }

  private static final Set<String> PASSED_ON =
      Set.of("authorization", "content-type", "depth", "if-match", "if-none-match");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

  private ScriptedDavServer(HttpServer server, Function<Request, Answer> script)
      throws IOException {
    this.server = server;
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answer(exchange, script));
    server.setExecutor(threads);
    server.start();
  }

  public static ScriptedDavServer start(Function<Request, Answer> script) {
    try {
      return new ScriptedDavServer(HttpServer.create(), script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same over TLS. */
  public static ScriptedDavServer start(
      TlsCertificate certificate, Function<Request, Answer> script) {
    try {
      HttpsServer server = HttpsServer.create();
      server.setHttpsConfigurator(new HttpsConfigurator(certificate.serverContext()));
      return new ScriptedDavServer(server, script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI uri(String path) {
    return uri("127.0.0.1", path);
  }

  /** With another name of the loopback address. */
  public URI uri(String host, String path) {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return URI.create(scheme + "://" + host + ":" + server.getAddress().getPort() + path);
  }

  /** Passes everything on to a real server and keeps account of it. */
  public static ScriptedDavServer before(URI real) {
    return start(request -> forward(real, request));
  }

  /** What this server answers, for another one that stands before it. */
  Answer pass(Request request) {
    return forward(uri("/"), request);
  }

  /** What a real server answers. */
  public static Answer forward(URI real, Request request) {
    // A new connection each time: Radicale closes idle ones just when they are used again.
    HttpRequest.Builder copy =
        HttpRequest.newBuilder(real.resolve(request.path()))
            .version(HttpClient.Version.HTTP_1_1)
            .method(request.method(), HttpRequest.BodyPublishers.ofString(request.body()));
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                copy.header(name, value);
              }
            });
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(copy.build(), HttpResponse.BodyHandlers.ofString());
      Map<String, String> headers = new TreeMap<>();
      for (String name : List.of("ETag", "Location", "Content-Type")) {
        answer.headers().firstValue(name).ifPresent(value -> headers.put(name, value));
      }
      return new Answer(answer.statusCode(), headers, answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.of(0);
    }
  }

  /** What came in, in order. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Method and path of what came in, in order. */
  public List<String> calls() {
    return requests().stream().map(request -> request.method() + " " + request.path()).toList();
  }

  private void answer(HttpExchange exchange, Function<Request, Answer> script) throws IOException {
    try (exchange) {
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Request request =
          new Request(
              exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body);
      requests.add(request);
      Answer answer = script.apply(request);
      if (answer.status() == 0) {
        return;
      }
      answer.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
      boolean latin1 = answer.headers().getOrDefault("Content-Type", "").endsWith("=ISO-8859-1");
      byte[] octets =
          answer.body().getBytes(latin1 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), octets.length == 0 ? -1 : octets.length);
      exchange.getResponseBody().write(octets);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
