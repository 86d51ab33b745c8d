package org.mailcaravan.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
 * and as fast as it was sent, or as a line of a certain rate carries it, which all connections
 * share. The opening of a connection is not delayed. Counts what went through.
 */
public final class Distance implements AutoCloseable {
  private static final int READ = 1 << 16;

  /** As much may be on its way as on a line of a gigabit per second. */
  private static final int ON_ITS_WAY = 512;

  /** How much a slow line holds, beside the buffers of the system, before its senders wait. */
  private static final Duration IN_THE_LINE = Duration.ofMillis(20);

  /** One direction. */
  private static final class Line {
    final double nanosPerOctet;
    private long free = System.nanoTime();
    private long carried;

    Line(double nanosPerOctet) {
      this.nanosPerOctet = nanosPerOctet;
    }

    /** When so many octets have gone through that are sent now. */
    synchronized long carry(int octets) {
      carried += octets;
      free = Math.max(free, System.nanoTime()) + (long) (octets * nanosPerOctet);
      return free;
    }

    synchronized long carried() {
      return carried;
    }
  }

  private final ServerSocket listener;
  private final int serverPort;
  private final long oneWay;
  private final Line toServer;
  private final Line toClient;

  /** A fast one. */
  public Distance(int serverPort, Duration roundTrip) {
    this(serverPort, roundTrip, 0);
  }

  /**
   * @param rate of the line in octets a second, each way; 0 for one that is as fast as can be
   */
  public Distance(int serverPort, Duration roundTrip, double rate) {
    this.serverPort = serverPort;
    this.oneWay = roundTrip.toNanos() / 2;
    this.toServer = new Line(rate == 0 ? 0 : 1e9 / rate);
    this.toClient = new Line(rate == 0 ? 0 : 1e9 / rate);
    try {
      listener = new ServerSocket();
      if (rate != 0) {
        listener.setReceiveBufferSize(READ);
      }
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** How many octets went to the server. */
  public long toServer() {
    return toServer.carried();
  }

  /** How many octets came from the server. */
  public long toClient() {
    return toClient.carried();
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
        Socket server = new Socket();
        if (toClient.nanosPerOctet > 0) {
          server.setReceiveBufferSize(READ);
        }
        try {
          server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
        } catch (IOException e) {
          client.close();
          continue;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        carry(client, server, toServer);
        carry(server, client, toClient);
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  /** What arrives at once at a time of {@link System#nanoTime}; nothing at the end. */
  private record Piece(ByteBuffer octets, long due) {}

  private void carry(Socket from, Socket to, Line line) {
    BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>(ON_ITS_WAY);
    thread(() -> take(from, pieces, line));
    thread(() -> bring(pieces, to));
  }

  private void take(Socket from, BlockingQueue<Piece> pieces, Line line) {
    try {
      try {
        InputStream in = from.getInputStream();
        byte[] buffer = new byte[READ];
        for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
          long through = line.carry(read);
          pieces.put(new Piece(ByteBuffer.wrap(Arrays.copyOf(buffer, read)), through + oneWay));
          TimeUnit.NANOSECONDS.sleep(through - System.nanoTime() - IN_THE_LINE.toNanos());
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
