package org.mailcaravan.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Stands before a server and holds back its answers after some octets, until it is opened. */
public final class GateProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int serverPort;
  private final long limit;
  private final AtomicLong answered = new AtomicLong();
  private final CountDownLatch holding = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /**
   * @param limit how many octets the server may answer, all connections together
   */
  public GateProxy(int serverPort, long limit) {
    this.serverPort = serverPort;
    this.limit = limit;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Whether an answer is being held back, or was. */
  public boolean holding() {
    return holding.getCount() == 0;
  }

  /** From now on everything passes. */
  public void open() {
    opened.countDown();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        threads.execute(() -> pass(client, server, false));
        threads.execute(() -> pass(server, client, true));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void pass(Socket from, Socket to, boolean answers) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] octets = new byte[8192];
      for (int n = in.read(octets); n >= 0; n = in.read(octets)) {
        if (answers && answered.addAndGet(n) > limit) {
          holding.countDown();
          opened.await();
        }
        out.write(octets, 0, n);
      }
    } catch (IOException e) {
      // The other direction has ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }
}
