package org.mailcaravan.tickets;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The API of a help desk: it keeps what it is asked, and answers what it is told to. */
public final class ScriptedApi implements AutoCloseable {
  /** What it was asked. */
  public record Asked(String method, String path, Map<String, List<String>> headers, String body) {
    /** The value of a header; empty for none. */
    public String header(String name) {
      return headers.getOrDefault(name, List.of("")).get(0);
    }
  }

  private record Answer(int status, Map<String, String> headers, String body, boolean hangs) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile Answer usual = new Answer(200, Map.of(), "{\"result\":\"success\"}", false);

  public ScriptedApi() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        call -> {
          try (call) {
            asked.add(
                new Asked(
                    call.getRequestMethod(),
                    call.getRequestURI().toString(),
                    Map.copyOf(call.getRequestHeaders()),
                    new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            Answer next = answers.poll();
            Answer answer = next == null ? usual : next;
            if (answer.hangs) {
              end.await();
            }
            answer.headers.forEach(call.getResponseHeaders()::set);
            byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
            call.sendResponseHeaders(answer.status, body.length == 0 ? -1 : body.length);
            call.getResponseBody().write(body);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  /** Where it is. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Answers the next call so, and those after it with success. */
  public ScriptedApi next(int status, Map<String, String> headers, String body) {
    answers.add(new Answer(status, headers, body, false));
    return this;
  }

  /** Answers each call so that no other answer is for. */
  public void always(int status, String body) {
    usual = new Answer(status, Map.of(), body, false);
  }

  /** Does not answer the next call. */
  public void hang() {
    answers.add(new Answer(200, Map.of(), "", true));
  }

  /** All that it was asked. */
  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
