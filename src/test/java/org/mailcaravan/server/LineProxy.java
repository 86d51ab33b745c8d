package org.mailcaravan.server;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Stands before an IMAP server in clear text, writes down what its clients command, and changes
 * lines of either side, as another server would have said or understood them. Literals pass as they
 * are, so no message can be taken for a line. The server must not offer COMPRESS.
 */
public final class LineProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int serverPort;
  private final UnaryOperator<String> toServer;
  private final UnaryOperator<String> toClient;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> commands = new ArrayList<>();
  private int waits;

  /** Changes nothing. */
  public LineProxy(int serverPort) {
    this(serverPort, UnaryOperator.identity(), UnaryOperator.identity());
  }

  /**
   * @param toServer changes the text of commands
   * @param toClient changes the text of responses
   *     <p>Both get a line without its end, in ISO-8859-1; where a line has literals, they get its
   *     parts before, between and after them, one by one.
   */
  public LineProxy(int serverPort, UnaryOperator<String> toServer, UnaryOperator<String> toClient) {
    this.serverPort = serverPort;
    this.toServer = toServer;
    this.toClient = toClient;
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

  /**
   * What clients commanded so far, without the tags and before any change; a literal is its head
   * alone, such as {@code {42}}.
   */
  public List<String> commands() {
    synchronized (commands) {
      return List.copyOf(commands);
    }
  }

  /**
   * How often clients had nothing under way and sent a command, or waited in the middle of one: the
   * round trips that a distance costs. Shows only before a server that is far away, since a near
   * one answers before the next command is sent.
   */
  public int waits() {
    synchronized (commands) {
      return waits;
    }
  }

  /** Forgets the commands so far, and how often they were waited for. */
  public void forget() {
    synchronized (commands) {
      commands.clear();
      waits = 0;
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        AtomicInteger underWay = new AtomicInteger();
        threads.execute(() -> pass(client, server, toServer, line -> sent(line, underWay)));
        threads.execute(() -> pass(server, client, toClient, line -> answered(line, underWay)));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void pass(Socket from, Socket to, UnaryOperator<String> change, Consumer<String> seen) {
    try (from;
        to) {
      InputStream in = new BufferedInputStream(from.getInputStream(), 1 << 16);
      OutputStream out = new BufferedOutputStream(to.getOutputStream(), 1 << 16);
      while (true) {
        StringBuilder whole = new StringBuilder();
        String part = line(in);
        int size = literalSize(part);
        while (size >= 0) {
          whole.append(part);
          write(out, change.apply(part));
          // Whoever asks before a literal is sent must see the question.
          out.flush();
          copy(in, out, size);
          part = line(in);
          size = literalSize(part);
        }
        seen.accept(whole.append(part).toString());
        write(out, change.apply(part));
        if (in.available() == 0) {
          out.flush();
        }
      }
    } catch (IOException e) {
      // One of the two has ended.
    }
  }

  private void sent(String command, AtomicInteger underWay) {
    synchronized (commands) {
      commands.add(command.substring(command.indexOf(' ') + 1));
      if (underWay.getAndIncrement() == 0) {
        waits++;
      }
    }
  }

  private void answered(String response, AtomicInteger underWay) {
    synchronized (commands) {
      if (response.startsWith("+")) {
        waits++;
      } else if (!response.startsWith("*")) {
        underWay.decrementAndGet();
      }
    }
  }

  private static int literalSize(String line) {
    byte[] octets = line.getBytes(StandardCharsets.ISO_8859_1);
    return ImapParser.literalSize(octets, 0, octets.length);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException();
      }
      if (octet != '\r') {
        octets.write(octet);
      }
    }
    return octets.toString(StandardCharsets.ISO_8859_1);
  }

  private static void write(OutputStream out, String line) throws IOException {
    out.write(line.getBytes(StandardCharsets.ISO_8859_1));
    out.write('\r');
    out.write('\n');
  }

  private static void copy(InputStream in, OutputStream out, int size) throws IOException {
    byte[] octets = new byte[Math.min(size, 1 << 16)];
    for (int left = size; left > 0; ) {
      int n = in.read(octets, 0, Math.min(left, octets.length));
      if (n < 0) {
        throw new EOFException();
      }
      out.write(octets, 0, n);
      left -= n;
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
