package org.mailcaravan.sync;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a server and hangs up whenever certain words pass, in either direction. */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int serverPort;
  private final String words;
  private final AtomicInteger cuts = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  CuttingProxy(int serverPort, String words) {
    this.serverPort = serverPort;
    this.words = words;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How often it hung up. */
  int cuts() {
    return cuts.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        threads.execute(() -> pass(client, server));
        threads.execute(() -> pass(server, client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void pass(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      ByteArrayOutputStream tail = new ByteArrayOutputStream();
      byte[] octets = new byte[8192];
      for (int n = in.read(octets); n >= 0; n = in.read(octets)) {
        tail.write(octets, 0, n);
        String seen = tail.toString(StandardCharsets.ISO_8859_1);
        if (seen.contains(words)) {
          cuts.incrementAndGet();
          return;
        }
        tail.reset();
        tail.writeBytes(
            seen.substring(Math.max(0, seen.length() - words.length()))
                .getBytes(StandardCharsets.ISO_8859_1));
        out.write(octets, 0, n);
      }
    } catch (IOException e) {
      // The other direction has ended.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }
}
