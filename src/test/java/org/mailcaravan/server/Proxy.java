package org.mailcaravan.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/**
 * Stands before a server on a loopback port and decides what becomes of that which passes. Where
 * the server is not there, it hangs up on those who come.
 */
public final class Proxy implements AutoCloseable {
  /** Lets everything pass. */
  public static final Passage OPEN = (text, wire) -> wire.forth(text);

  /** Lets pass what another server or client would have said instead. */
  public static Passage changing(UnaryOperator<String> change) {
    return (text, wire) -> wire.forth(change.apply(text));
  }

  /** What becomes of that which goes one way. Called by a thread for each connection. */
  @FunctionalInterface
  public interface Passage {
    /**
     * Passes something on, or does not.
     *
     * @param text what was read at once, in ISO-8859-1: one char for each octet
     */
    void pass(String text, Wire wire) throws IOException, InterruptedException;

    /** The end that it came from has hung up, or the connection broke. */
    default void ended(Wire wire) {}
  }

  /** The two ends of a connection, as one way through it sees them. */
  public static final class Wire {
    private final Socket from;
    private final Socket to;

    private Wire(Socket from, Socket to) {
      this.from = from;
      this.to = to;
    }

    /** To where the text was going. */
    public void forth(String text) throws IOException {
      to.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** To where it came from. */
    public void back(String text) throws IOException {
      from.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Ends the connection on both sides. */
    public void hangUp() throws IOException {
      from.close();
      to.close();
    }
  }

  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile int serverPort;

  public Proxy(int serverPort, Passage fromClient, Passage fromServer) {
    this.serverPort = serverPort;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(() -> accept(fromClient, fromServer));
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Further connections go to another server. */
  public void moveTo(int port) {
    serverPort = port;
  }

  private void accept(Passage fromClient, Passage fromServer) {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept(), fromClient, fromServer);
      } catch (IOException e) {
        // Closed, or the client was gone at once.
      }
    }
  }

  private void connect(Socket client, Passage fromClient, Passage fromServer) throws IOException {
    Socket server;
    try {
      server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
    } catch (IOException e) {
      client.close();
      return;
    }
    sockets.add(client);
    sockets.add(server);
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    threads.execute(() -> carry(client, server, fromClient));
    threads.execute(() -> carry(server, client, fromServer));
  }

  private void carry(Socket from, Socket to, Passage passage) {
    Wire wire = new Wire(from, to);
    try (from;
        to) {
      InputStream in = from.getInputStream();
      byte[] octets = new byte[1 << 16];
      for (int n = in.read(octets); n >= 0; n = in.read(octets)) {
        passage.pass(new String(octets, 0, n, StandardCharsets.ISO_8859_1), wire);
      }
    } catch (IOException e) {
      // Hung up, here or there.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(from);
      passage.ended(wire);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
