package org.mailcaravan.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A token server on a free loopback port. It issues a token to whoever asks, for the user that the
 * assertion or {@link #user} names, and tells Dovecot whose token one is. Answers can be given
 * instead, one for each request. Every token goes through {@link UsedPasswords}.
 */
public final class TokenEndpoint implements AutoCloseable {
  private static final Pattern SUBJECT = Pattern.compile("\"sub\":\"([^\"]+)\"");

  /** Something that is said instead of a token. */
  private record Said(int status, Map<String, String> headers, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Map<String, String>> requests = new ArrayList<>();
  private final Deque<Said> instead = new ArrayDeque<>();
  private final Map<String, String> users = new ConcurrentHashMap<>();
  private final AtomicInteger issued = new AtomicInteger();
  private volatile String user = "";
  private volatile String lifeSeconds = "3600";
  private volatile String more = "";

  private TokenEndpoint() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 20);
    server.setExecutor(threads);
    server.createContext("/token", this::token);
    server.createContext("/device", this::device);
    server.createContext("/introspect", this::introspect);
    server.start();
  }

  public static TokenEndpoint start() {
    try {
      return new TokenEndpoint();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** Whose mailbox a token opens that is not asked for by an assertion for somebody. */
  public TokenEndpoint user(String name) {
    user = name;
    return this;
  }

  /** How long a token is good for, as the answer says it. */
  public TokenEndpoint life(String seconds) {
    lifeSeconds = seconds;
    return this;
  }

  /** More fields of the answer with a token, such as {@code ,"refresh_token":"..."}. */
  public TokenEndpoint with(String fields) {
    more = fields;
    return this;
  }

  /** The next request that has no answer yet is answered so. */
  public TokenEndpoint says(int status, String body) {
    return says(status, Map.of(), body);
  }

  public synchronized TokenEndpoint says(int status, Map<String, String> headers, String body) {
    instead.add(new Said(status, headers, body));
    return this;
  }

  /** From now on a token opens nothing. */
  public void revoke() {
    users.clear();
  }

  /** Whether a token opens the accounts of a user. */
  public boolean opens(String token, String name) {
    return name.equals(users.get(token));
  }

  /** The fields of the requests for tokens so far. */
  public synchronized List<Map<String, String>> requests() {
    return List.copyOf(requests);
  }

  /** The claims or the header of a JSON Web Token, as JSON. */
  public static String part(String jwt, int index) {
    return new String(
        Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[index]), StandardCharsets.UTF_8);
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> form = form(exchange);
    Said said;
    synchronized (this) {
      requests.add(form);
      said = instead.poll();
    }
    if (said != null) {
      said.headers().forEach(exchange.getResponseHeaders()::set);
      answer(exchange, said.status(), said.body());
      return;
    }
    String whose = user;
    if (form.containsKey("assertion")) {
      Matcher subject = SUBJECT.matcher(part(form.get("assertion"), 1));
      whose = subject.find() ? subject.group(1) : "";
    }
    String token =
        UsedPasswords.add(
            "token-no-" + issued.incrementAndGet() + "-of-" + server.getAddress().getPort());
    users.put(token, whose);
    answer(
        exchange,
        200,
        "{\"token_type\":\"Bearer\",\"expires_in\":%s,\"access_token\":\"%s\"%s}"
            .formatted(lifeSeconds, token, more));
  }

  private void device(HttpExchange exchange) throws IOException {
    Map<String, String> unused = form(exchange);
    answer(
        exchange,
        200,
        """
        {"device_code":"%s","user_code":"WDJB-MJHT","verification_uri":"https://login.example/device",
         "expires_in":900,"interval":1}"""
            .formatted(UsedPasswords.add("device-code-of-a-test-1")));
  }

  private void introspect(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    String whose = users.get(query.replaceFirst("token=", "").replaceFirst("&.*", ""));
    answer(
        exchange,
        200,
        whose == null
            ? "{\"active\":false}"
            : "{\"active\":true,\"username\":\"%s\"}".formatted(whose));
  }

  private static Map<String, String> form(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, String> form = new LinkedHashMap<>();
    for (String field : body.split("&", -1)) {
      String[] parts = field.split("=", 2);
      form.put(
          parts[0], URLDecoder.decode(parts.length < 2 ? "" : parts[1], StandardCharsets.UTF_8));
    }
    return form;
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] octets = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, octets.length);
    exchange.getResponseBody().write(octets);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
