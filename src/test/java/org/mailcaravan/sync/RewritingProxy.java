package org.mailcaravan.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** Stands before a server and changes what passes, as another server would have said it. */
final class RewritingProxy implements AutoCloseable {
  /** Text that begins so goes back to where it came from, less this. */
  static final String ANSWER = "\u0001";

  /** Ends the connection after what else was to be said. */
  static final String HANG_UP = "\u0002";

  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile int serverPort;

  RewritingProxy(
      int serverPort, UnaryOperator<String> fromClient, UnaryOperator<String> fromServer) {
    this.serverPort = serverPort;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(() -> accept(fromClient, fromServer));
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Further connections go to another server. */
  void moveTo(int port) {
    serverPort = port;
  }

  private void accept(UnaryOperator<String> fromClient, UnaryOperator<String> fromServer) {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        threads.execute(() -> pass(client, server, fromClient));
        threads.execute(() -> pass(server, client, fromServer));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void pass(Socket from, Socket to, UnaryOperator<String> change) {
    try (from;
        to) {
      byte[] octets = new byte[65536];
      for (int n = from.getInputStream().read(octets);
          n >= 0;
          n = from.getInputStream().read(octets)) {
        String text = change.apply(new String(octets, 0, n, StandardCharsets.ISO_8859_1));
        Socket target = text.startsWith(ANSWER) ? from : to;
        String said = text.replace(ANSWER, "").replace(HANG_UP, "");
        target.getOutputStream().write(said.getBytes(StandardCharsets.ISO_8859_1));
        if (text.endsWith(HANG_UP)) {
          return;
        }
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
