package org.mailcaravan.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Puts a server at a distance: whatever goes through arrives half a round trip later, both ways,
 * and as fast as it was sent. The opening of a connection is not delayed.
 */
public final class Distance implements AutoCloseable {
  private static final int READ = 1 << 16;

  /** As much may be on its way as on a line of a gigabit per second. */
  private static final int ON_ITS_WAY = 512;

  private final ServerSocket listener;
  private final int serverPort;
  private final long oneWay;

  public Distance(int serverPort, Duration roundTrip) {
    this.serverPort = serverPort;
    this.oneWay = roundTrip.toNanos() / 2;
    try {
      listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "distance");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        carry(client, server);
        carry(server, client);
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  /** What arrives at once at a time of {@link System#nanoTime}; nothing at the end. */
  private record Piece(ByteBuffer octets, long due) {}

  private void carry(Socket from, Socket to) {
    BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>(ON_ITS_WAY);
    thread(() -> take(from, pieces));
    thread(() -> bring(pieces, to));
  }

  private void take(Socket from, BlockingQueue<Piece> pieces) {
    try {
      try {
        InputStream in = from.getInputStream();
        byte[] buffer = new byte[READ];
        for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
          pieces.put(
              new Piece(ByteBuffer.wrap(Arrays.copyOf(buffer, read)), System.nanoTime() + oneWay));
        }
      } catch (IOException e) {
        // The connection ends here.
      }
      pieces.put(new Piece(ByteBuffer.allocate(0), System.nanoTime() + oneWay));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void bring(BlockingQueue<Piece> pieces, Socket to) {
    try (to) {
      OutputStream out = to.getOutputStream();
      for (Piece piece = pieces.take(); piece.octets().hasRemaining(); piece = pieces.take()) {
        TimeUnit.NANOSECONDS.sleep(Math.max(0, piece.due() - System.nanoTime()));
        out.write(piece.octets().array());
      }
    } catch (IOException e) {
      // What else comes is not wanted.
      pieces.clear();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
