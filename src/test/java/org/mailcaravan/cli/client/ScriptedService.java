package org.mailcaravan.cli.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service that answers as a test says, and remembers what it was asked. */
public final class ScriptedService implements AutoCloseable {
  public static final String TOKEN = "a-token-of-43-characters-that-nobody-guesses";

  /** What it was asked: {@code GET /api/v1/hosts}, with the body. */
  public record Call(String line, String body, String type) {}

  private record Answer(int status, String body) {}

  private final HttpServer server;
  private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();

  public ScriptedService() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  /** Answers a call; after several answers to one call the last one counts. */
  public ScriptedService answer(String line, int status, String body) {
    answers.computeIfAbsent(line, unused -> new ArrayDeque<>()).add(new Answer(status, body));
    return this;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Writes what a service writes into its data folder. */
  public ScriptedService in(Path dataFolder) {
    return in(dataFolder, ProcessHandle.current().pid());
  }

  /** The same, of another process. */
  public ScriptedService in(Path dataFolder, long process) {
    try {
      Files.createDirectories(dataFolder);
      Files.writeString(
          dataFolder.resolve("service.json"),
          "{\"url\":\"%s\",\"node\":\"n\",\"pid\":%d,\"started\":\"2026-11-29T01:00:00Z\"}"
              .formatted(url(), process));
      Files.writeString(dataFolder.resolve("api.token"), TOKEN + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** What it was asked until now. */
  public List<Call> calls() {
    return calls;
  }

  /** The same, without bodies. */
  public List<String> lines() {
    return calls.stream().map(Call::line).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String line =
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI().toASCIIString().replaceFirst("^/api/v1/", "");
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Answer answer;
    if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer = new Answer(401, "{\"code\":\"unauthorized\"}");
    } else {
      calls.add(
          new Call(
              line, body, String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))));
      Deque<Answer> all = answers.get(line);
      answer =
          all == null
              ? new Answer(404, "{\"code\":\"not-found\",\"cause\":\"nothing at " + line + "\"}")
              : next(all);
    }
    byte[] octets = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Location", url() + "/elsewhere");
    exchange.sendResponseHeaders(answer.status(), octets.length == 0 ? -1 : octets.length);
    exchange.getResponseBody().write(octets);
    exchange.close();
  }

  private static synchronized Answer next(Deque<Answer> answers) {
    return answers.size() > 1 ? answers.remove() : answers.element();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
