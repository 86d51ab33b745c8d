package org.mailcaravan.routes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A bucket that answers what a consumer of S3 asks: which objects there are, one, and that it is
 * gone.
 */
final class ScriptedBucket implements AutoCloseable {
  private static final String LIST =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <Name>%s</Name><KeyCount>%d</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>%s
      </ListBucketResult>
      """;

  private final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
  private final HttpServer server;
  private final String name;

  ScriptedBucket(String name) {
    this.name = name;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/" + name, this::answer);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  void put(String key, String text) {
    objects.put(key, text.getBytes(StandardCharsets.UTF_8));
  }

  Set<String> keys() {
    return objects.keySet();
  }

  private void answer(HttpExchange call) throws IOException {
    try (call) {
      String path = call.getRequestURI().getPath();
      String key = path.length() > name.length() + 2 ? path.substring(name.length() + 2) : "";
      byte[] object = objects.get(key);
      if (call.getRequestMethod().equals("DELETE")) {
        byte[] unused = objects.remove(key);
        call.sendResponseHeaders(204, -1);
      } else if (call.getRequestMethod().equals("HEAD")) {
        call.sendResponseHeaders(200, -1);
      } else if (key.isEmpty()) {
        send(call, "application/xml", list());
      } else if (object == null) {
        call.sendResponseHeaders(404, -1);
      } else {
        send(call, "text/csv", object);
      }
    }
  }

  private byte[] list() {
    StringBuilder contents = new StringBuilder();
    objects.forEach(
        (key, object) ->
            contents.append(
                "<Contents><Key>%s</Key><LastModified>2026-11-30T12:00:00.000Z</LastModified><Size>%d</Size></Contents>"
                    .formatted(key, object.length)));
    return LIST.formatted(name, objects.size(), contents).getBytes(StandardCharsets.UTF_8);
  }

  private static void send(HttpExchange call, String type, byte[] octets) throws IOException {
    call.getResponseHeaders().set("Content-Type", type);
    call.getResponseHeaders().set("ETag", "\"1\"");
    call.sendResponseHeaders(200, octets.length);
    call.getResponseBody().write(octets);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
