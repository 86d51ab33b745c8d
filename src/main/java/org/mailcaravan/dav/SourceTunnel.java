package org.mailcaravan.dav;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/**
 * Makes the connections of java.net.http to strangers' servers, which itself cannot check the
 * address that it connects to: a proxy on the loopback address (RFC 9110, section 9.3.6) that opens
 * tunnels to addresses that the rules allow, and to no others. TLS goes through it from end to end.
 * Thread-safe.
 */
final class SourceTunnel extends ProxySelector {
  /** What the proxy answers when the rules forbid the address. */
  static final int FORBIDDEN = 403;

  private static final int LONGEST_REQUEST = 16 << 10;
  private static final Pattern CONNECT =
      Pattern.compile("CONNECT \\[?([^\\s\\]]+?)\\]?:(\\d{1,5}) HTTP/1\\.1");

  private final Connector connector;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "dav-tunnel");
            thread.setDaemon(true);
            return thread;
          });

  private @Nullable ServerSocket listener;

  SourceTunnel(Connector connector) {
    this.connector = connector;
  }

  /** Plain http, which only hosts named in the configuration may speak, needs no tunnel. */
  @Override
  public List<Proxy> select(URI uri) {
    return List.of(
        "https".equalsIgnoreCase(uri.getScheme())
            ? new Proxy(
                Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), port()))
            : Proxy.NO_PROXY);
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // The request itself fails with it.
  }

  /** Opened when it is needed for the first time, or again after a failure. */
  private synchronized int port() {
    ServerSocket open = listener;
    if (open == null || open.isClosed()) {
      try {
        open = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      } catch (IOException e) {
        throw new UncheckedIOException("no port for connections to old providers", e);
      }
      listener = open;
      ServerSocket accepting = open;
      threads.execute(() -> accept(accepting));
    }
    return open.getLocalPort();
  }

  private void accept(ServerSocket accepting) {
    try (accepting) {
      while (true) {
        Socket client = accepting.accept();
        threads.execute(() -> serve(client));
      }
    } catch (IOException e) {
      // The next request opens another one.
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      Matcher request = CONNECT.matcher(requestLine(client.getInputStream()));
      OutputStream out = client.getOutputStream();
      if (!request.matches()) {
        answer(out, 400);
        return;
      }
      int port = Integer.parseInt(request.group(2));
      try (Socket server = connector.tcp(new Server(request.group(1), port, Security.TLS))) {
        server.setTcpNoDelay(true);
        answer(out, 200);
        threads.execute(() -> pump(server, client));
        pump(client, server);
      } catch (ConnectFailed e) {
        answer(out, e.reason() == ConnectFailed.Reason.ADDRESS_FORBIDDEN ? FORBIDDEN : 502);
      }
    } catch (IOException | IllegalArgumentException e) {
      // Closing the connection tells the client.
    }
  }

  private static void answer(OutputStream out, int status) throws IOException {
    out.write(
        ("HTTP/1.1 " + status + " \r\n" + (status == 200 ? "" : "Content-Length: 0\r\n") + "\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** The first line of a request, read with all its fields. */
  private static String requestLine(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int ends = 0;
    while (ends < 2 && head.size() < LONGEST_REQUEST) {
      int octet = in.read();
      if (octet < 0) {
        break;
      }
      head.write(octet);
      ends = octet == '\n' ? ends + 1 : octet == '\r' ? ends : 0;
    }
    return head.toString(StandardCharsets.US_ASCII).split("\r?\n", 2)[0];
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // One side has gone, so the other has to.
      try {
        from.close();
        to.close();
      } catch (IOException ignored) {
        // They are of no use any more either way.
      }
    }
  }
}
