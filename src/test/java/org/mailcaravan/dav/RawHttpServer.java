package org.mailcaravan.dav;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on the loopback address that writes whatever octets a test wants. */
final class RawHttpServer implements AutoCloseable {
  /** Answers one request after the other on a connection. */
  @FunctionalInterface
  interface Script {
    /**
     * Writes the answer.
     *
     * @param request its line, without the line end
     * @throws IOException when the client has gone, which is no fault
     */
    void answer(String request, OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket listener;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "raw http");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicInteger requests = new AtomicInteger();

  private RawHttpServer(ServerSocket listener) {
    this.listener = listener;
  }

  static RawHttpServer start(Script script) {
    try {
      RawHttpServer server =
          new RawHttpServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
      server.threads.execute(() -> server.accept(script));
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + path);
  }

  int requests() {
    return requests.get();
  }

  private void accept(Script script) {
    try {
      while (true) {
        Socket client = listener.accept();
        threads.execute(() -> serve(client, script));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket client, Script script) {
    try (client) {
      client.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(client.getInputStream());
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
          if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
            length = Integer.parseInt(header.substring(15).strip());
          }
        }
        in.readNBytes(length);
        requests.incrementAndGet();
        script.answer(line, client.getOutputStream());
        client.getOutputStream().flush();
      }
    } catch (IOException e) {
      // The client has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
      line.append((char) octet);
    }
    return line.toString().strip();
  }

  static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A whole answer. */
  static void answer(OutputStream out, int status, String body) throws IOException {
    byte[] octets = body.getBytes(StandardCharsets.UTF_8);
    write(out, "HTTP/1.1 " + status + " So\r\nContent-Length: " + octets.length + "\r\n\r\n");
    out.write(octets);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
