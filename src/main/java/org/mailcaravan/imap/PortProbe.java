package org.mailcaravan.imap;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Future;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ConnectFailed.Reason;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/**
 * Finds out what a port speaks when it does not speak what the request says. A TLS port that gets
 * no TLS waits for us while we wait for its greeting (Dovecot for minutes): after a short silence a
 * second connection tries TLS. A port where TLS fails is asked for its greeting in clear.
 */
final class PortProbe implements AutoCloseable {
  /** A server that takes longer for its greeting will hardly send one. */
  private static final Duration SILENCE = Duration.ofSeconds(3);

  private static final Duration LISTEN = Duration.ofSeconds(2);
  private static final int LINE = 2000;

  /** Lines that are read until the capabilities come. */
  private static final int MOST_LINES = 10;

  private final Server server;
  private final Socket first;
  private final TrustedTls tls;
  private final Deadline deadline;
  private volatile @Nullable Future<?> alarm;
  private volatile boolean heard;
  private volatile boolean foundTls;

  /**
   * @param first the connection that is being set up; closed if the port speaks TLS
   * @param deadline for the whole handshake
   */
  PortProbe(Server server, Socket first, TrustedTls tls, Deadline deadline) {
    this.server = server;
    this.first = first;
    this.tls = tls;
    this.deadline = deadline;
  }

  /** Tries TLS if the server is silent for a while. */
  void watchSilence() {
    Duration third = deadline.left().dividedBy(3);
    alarm =
        Watchdog.in(
            third.compareTo(SILENCE) < 0 ? third : SILENCE,
            () -> {
              Thread probe = new Thread(this::probeTls, "imap probe " + server);
              probe.setDaemon(true);
              probe.start();
            });
  }

  /** The server has sent a line as expected. */
  void heard() {
    heard = true;
    close();
  }

  private void probeTls() {
    if (!heard && speaksTls() && !heard) {
      foundTls = true;
      closeQuietly(first);
    }
  }

  /** A better description of a failure, if its cause is what the port speaks. */
  Optional<ConnectFailed> explain(ConnectFailed failure) {
    close();
    if (heard) {
      return Optional.empty();
    }
    boolean silent = failure.reason() == Reason.UNREACHABLE;
    if (server.security() == Security.TLS) {
      return silent
              || failure.reason() == Reason.TLS_FAILED
              || failure.reason() == Reason.WRONG_SECURITY
          ? plainGreeting().flatMap(greeting -> inClear(greeting, failure))
          : Optional.empty();
    }
    if (foundTls || (silent && !first.isClosed() && speaksTls())) {
      return Optional.of(
          new ConnectFailed(
              Reason.WRONG_SECURITY,
              server + ": port " + server.port() + " speaks TLS: write tls",
              failure));
    }
    return Optional.empty();
  }

  /**
   * What a port sends in clear.
   *
   * @param offersStartTls for an IMAP server
   */
  private record Greeting(String line, boolean offersStartTls) {}

  private Optional<ConnectFailed> inClear(Greeting greeting, ConnectFailed failure) {
    String line = greeting.line();
    if (line.startsWith("* ")) {
      return Optional.of(
          new ConnectFailed(
              Reason.WRONG_SECURITY,
              server
                  + ": port "
                  + server.port()
                  + (greeting.offersStartTls()
                      ? " does not speak TLS from the start: write starttls, or use port 993 with tls"
                      : " does not speak TLS, and offers no STARTTLS: use port 993 with tls"),
              failure));
    }
    return protocol(line)
        .map(
            name ->
                new ConnectFailed(
                    Reason.NOT_IMAP, server + " does not speak IMAP but " + name, failure));
  }

  /** The protocol of a greeting that is not IMAP. */
  static Optional<String> protocol(String greeting) {
    String upper = greeting.toUpperCase(Locale.ROOT);
    if (upper.startsWith("+OK") || upper.startsWith("-ERR")) {
      return Optional.of("POP3");
    }
    if (upper.startsWith("HTTP/") || upper.startsWith("<!DOCTYPE") || upper.startsWith("<HTML")) {
      return Optional.of("HTTP");
    }
    if (upper.startsWith("220") || upper.startsWith("554") || upper.startsWith("421")) {
      return Optional.of(upper.contains("FTP") ? "FTP" : "SMTP");
    }
    if (upper.startsWith("SSH-")) {
      return Optional.of("SSH");
    }
    if (upper.startsWith("\"IMPLEMENTATION\"")) {
      return Optional.of("ManageSieve");
    }
    return Optional.empty();
  }

  private boolean speaksTls() {
    try (Socket socket = new Socket();
        Deadline listening = new Deadline(listening())) {
      connect(socket, listening);
      tls.handshake(socket, server.host());
      return true;
    } catch (SSLException e) {
      // A bad certificate or an alert is TLS too; a greeting in clear or a closed connection is
      // not.
      return isOfCertificate(e) || String.valueOf(e.getMessage()).contains("fatal alert");
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isOfCertificate(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof GeneralSecurityException) {
        return true;
      }
    }
    return false;
  }

  /** The first line that the port sends in clear; a web server sends one only when asked. */
  private Optional<Greeting> plainGreeting() {
    try (Socket socket = new Socket();
        Deadline listening = new Deadline(listening())) {
      connect(socket, listening);
      socket.setSoTimeout(Transport.millis(listening().dividedBy(2)));
      InputStream in = socket.getInputStream();
      try {
        String line = line(in);
        return Optional.of(
            new Greeting(line, line.startsWith("* ") && (tells(line) || offersStartTls(socket))));
      } catch (SocketTimeoutException silent) {
        ask(socket, "A1 CAPABILITY\r\n\r\n");
        return Optional.of(new Greeting(line(in), false));
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean tells(String line) {
    return Capabilities.parse(line.replaceAll("[\\[\\]]", " ")).has("STARTTLS");
  }

  /** Whether an IMAP server that has sent its greeting has STARTTLS. */
  private static boolean offersStartTls(Socket socket) {
    try {
      ask(socket, "A1 CAPABILITY\r\n");
      for (int lines = 0; lines < MOST_LINES; lines++) {
        String line = line(socket.getInputStream()).toUpperCase(Locale.ROOT);
        if (line.startsWith("* CAPABILITY ")) {
          return tells(line);
        }
      }
    } catch (IOException e) {
      // It does not say.
    }
    return false;
  }

  private static void ask(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  private void connect(Socket socket, Deadline listening) throws IOException {
    if (!(first.getRemoteSocketAddress() instanceof InetSocketAddress address)) {
      throw new IOException("there was no connection");
    }
    listening.watch(socket);
    socket.connect(address, Transport.millis(listening.left()));
  }

  /** No longer than the deadline leaves. */
  private Duration listening() {
    Duration left = deadline.left();
    return left.compareTo(LISTEN) < 0 ? left : LISTEN;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet >= 0 && octet != '\n' && line.length() < LINE; ) {
      line.append((char) octet);
      octet = in.read();
    }
    if (line.isEmpty()) {
      throw new IOException("nothing was said");
    }
    return line.toString();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is given up either way.
    }
  }

  @Override
  public void close() {
    Future<?> due = alarm;
    if (due != null) {
      due.cancel(false);
    }
  }
}
