package org.mailcaravan.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Stands for a running service while {@link PrepareCommand} runs the commands that ask one. It
 * listens on loopback, and answers everything with the same status.
 */
final class SampleService implements AutoCloseable {
  private static final String TOKEN = "the-token-of-a-service-that-only-stands-for-one";

  private static final String STATUS =
      """
      {"nodes":[{"name":"n","kind":"service","version":"1","url":null,
      "started_at":"2026-01-01T00:00:00Z","seen_at":"2026-01-01T00:00:00Z","alive":true,"running":1}],
      "hosts":[{"name":"h:993","running":1,"allowed":1,"configured":1,"learned":null,"reason":null,
      "not_before":null,"paused":false,"waiting":0}],
      "migrations":[{"id":"m","name":"m.csv","state":"running","mailboxes":{"copying":1},
      "rejected_rows":0,"opened_at":"2026-01-01T00:00:00Z","finished_at":null,"priority":0,
      "paused":false,"report_due":false,"messages_done":1,"messages_total":2,"bytes_done":1,
      "bytes_total":2,"rate":1,"seconds_left":1,"need_attention":0,"problems":{},"stage":"copying",
      "stage_at":"2026-01-01T00:00:00Z","closed_at":null,"removed_at":null}],
      "mailboxes":[{"id":"m.1","migration":"m","source":"a@example.org","destination":"a@example.org",
      "state":"copying","pass":"first","pass_number":1,"waits_for":null,"reason":null,"due_at":null,
      "control":null,"node":"n","host":"h:993","messages_done":1,"messages_total":2,"bytes_done":1,
      "bytes_total":2,"started_at":"2026-01-01T00:00:00Z","ended_at":null,"rate":1,"seconds_left":1,
      "problems":[],"problem_count":0,"needs_attention":false,"paused":false,"priority":0}],
      "mailboxes_left_out":0,"under_way":true}""";

  private final HttpServer server;
  private final Path token;

  /**
   * @param folder for the file with its token
   */
  SampleService(Path folder) throws IOException {
    token = Files.writeString(folder.resolve("token"), TOKEN);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", SampleService::answer);
    server.start();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    byte[] body = STATUS.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** The options that lead a command here. */
  List<String> options() {
    return List.of(
        "--url",
        "http://127.0.0.1:" + server.getAddress().getPort(),
        "--token-file",
        token.toString());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
