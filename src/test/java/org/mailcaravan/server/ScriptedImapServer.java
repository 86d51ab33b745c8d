package org.mailcaravan.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A server in clear text on a free loopback port that says and expects exactly what a test tells it
 * to. The script runs anew for each connection, on a thread of its own; at its end LOGOUT is
 * answered, and anything else that comes is an error. {@link #close} waits for the scripts and
 * throws what went wrong in them. Text has one char per octet.
 *
 * <pre>{@code
 * try (ScriptedImapServer server = ScriptedImapServer.start(client -> {
 *   client.loggedIn("IMAP4rev1 LITERAL+");
 *   client.expect("CREATE \"Archive\"");
 *   client.no("[CANNOT] not here");
 * })) { ... }
 * }</pre>
 */
public final class ScriptedImapServer implements AutoCloseable {
  /** What the server does on one connection. */
  @FunctionalInterface
  public interface Script {
    void run(Client client) throws Exception;
  }

  /** The user and the password of {@link Client#loggedIn}. */
  public static final String USER = "user";

  public static final String PASSWORD = "secret";

  private static final int PATIENCE_MILLIS = 20_000;

  private final ServerSocket listener;
  private final Script script;
  private final Thread acceptor;
  private final List<Client> clients = Collections.synchronizedList(new ArrayList<>());
  private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

  private ScriptedImapServer(Script script) throws IOException {
    this.script = script;
    this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    this.acceptor = new Thread(this::accept, "scripted server");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  public static ScriptedImapServer start(Script script) {
    try {
      return new ScriptedImapServer(script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** How many connections were made. */
  public int connections() {
    return clients.size();
  }

  private void accept() {
    while (true) {
      try {
        Client client = new Client(listener.accept(), clients.size() + 1);
        clients.add(client);
        client.start();
      } catch (IOException closed) {
        return;
      }
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      acceptor.join(PATIENCE_MILLIS);
      for (Client client : List.copyOf(clients)) {
        client.thread.join(PATIENCE_MILLIS);
        if (client.thread.isAlive()) {
          failures.add(new AssertionError("the script did not end: " + client.heard));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("the script failed: " + failures.get(0), failures.get(0));
    }
  }

  /** One connection, as the script sees it. */
  public final class Client {
    private final Socket socket;
    private final int number;
    private final InputStream in;
    private final OutputStream out;
    private final Thread thread;
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private int chunk = Integer.MAX_VALUE;
    private String tag = "";

    private Client(Socket socket, int number) throws IOException {
      this.socket = socket;
      this.number = number;
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
      this.thread = new Thread(this::run, "scripted client " + number);
      thread.setDaemon(true);
    }

    private void start() {
      thread.start();
    }

    private void run() {
      try (socket) {
        script.run(this);
        if (!socket.isClosed()) {
          farewell();
        }
      } catch (SocketException e) {
        // The client ended the connection first; the test sees whether it should have.
      } catch (Exception | AssertionError e) {
        failures.add(e);
      }
    }

    private void farewell() throws IOException {
      while (true) {
        String line = readLine();
        if (line.isEmpty()) {
          return;
        }
        if (!line.endsWith(" LOGOUT")) {
          throw new AssertionError("nothing more was expected, but came: " + line);
        }
        tag = line.substring(0, line.indexOf(' '));
        send("* BYE bye\r\n");
        ok("gone");
      }
    }

    /** 1 for the first connection. */
    public int number() {
      return number;
    }

    /** From now on everything is sent in pieces of this many octets. */
    public void chunk(int octets) {
      chunk = octets;
    }

    /** Sends octets as they are. */
    public void send(String octets) throws IOException {
      byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
      for (int at = 0; at < bytes.length; at += Math.min(chunk, bytes.length - at)) {
        out.write(bytes, at, Math.min(chunk, bytes.length - at));
        out.flush();
      }
    }

    /** Sends an untagged response, or several lines. */
    public void untagged(String... responses) throws IOException {
      for (String response : responses) {
        send("* " + response + "\r\n");
      }
    }

    public void greet(String capabilities) throws IOException {
      untagged("OK [CAPABILITY " + capabilities + "] ready");
    }

    /** Greets, and takes the LOGIN of {@link #USER}; for capabilities without AUTH. */
    public void loggedIn(String capabilities) throws IOException {
      greet(capabilities);
      expect("LOGIN \"" + USER + "\" \"" + PASSWORD + "\"");
      ok("[CAPABILITY " + capabilities + "] in");
    }

    /** Reads a command, which must be this one; returns its tag. */
    public String expect(String command) throws IOException {
      return expectMatching(Pattern.quote(command));
    }

    /** Reads a command, which must match; returns its tag. */
    public String expectMatching(String regex) throws IOException {
      String line = readLine();
      int space = line.indexOf(' ');
      String rest = space < 0 ? "" : line.substring(space + 1);
      if (!Pattern.compile(regex, Pattern.DOTALL).matcher(rest).matches()) {
        throw new AssertionError("expected " + regex + " but came: " + line);
      }
      tag = line.substring(0, space);
      return tag;
    }

    /** Reads a line that has no tag, such as what follows a literal; it must be this one. */
    public void expectLine(String line) throws IOException {
      String came = readLine();
      if (!came.equals(line)) {
        throw new AssertionError("expected the line " + line + " but came: " + came);
      }
    }

    /** Reads so many octets. */
    public String octets(int count) throws IOException {
      return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /** Whether anything that was not read yet has come. */
    public boolean hasMore() throws IOException {
      return in.available() > 0;
    }

    /** Whether the client has ended the connection; drops what it has sent. */
    public boolean hasHungUp() throws IOException {
      socket.setSoTimeout(1);
      try {
        while (in.read() >= 0) {
          // Nothing of it matters.
        }
        return true;
      } catch (SocketTimeoutException e) {
        return false;
      } finally {
        socket.setSoTimeout(PATIENCE_MILLIS);
      }
    }

    /** Reads a line without its end; empty at the end of the connection. */
    public String readLine() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          return "";
        }
        line.append((char) c);
      }
      if (line.length() == 0 || line.charAt(line.length() - 1) != '\r') {
        throw new AssertionError("a line without CR: " + line);
      }
      line.setLength(line.length() - 1);
      heard.add(line.toString());
      return line.toString();
    }

    /** Ends the last command that was read. */
    public void ok(String text) throws IOException {
      tagged(tag, "OK " + text);
    }

    public void no(String text) throws IOException {
      tagged(tag, "NO " + text);
    }

    public void bad(String text) throws IOException {
      tagged(tag, "BAD " + text);
    }

    public void tagged(String commandTag, String response) throws IOException {
      send(commandTag + " " + response + "\r\n");
    }

    /** Asks for the literal, or for more of an authentication. */
    public void proceed(String text) throws IOException {
      send("+ " + text + "\r\n");
    }

    /** Ends the connection; what was not read yet is lost to the client, too. */
    public void hangUp() throws IOException {
      socket.close();
    }

    /**
     * Ends the connection in order: what was sent arrives, and all that comes is taken. The other
     * side may have ended it first.
     */
    public void hangUpSoftly() throws IOException {
      try {
        socket.shutdownOutput();
        in.transferTo(OutputStream.nullOutputStream());
      } catch (SocketException e) {
        // Both sides wanted it.
      }
      socket.close();
    }
  }
}
