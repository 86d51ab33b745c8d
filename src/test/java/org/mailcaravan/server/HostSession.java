package org.mailcaravan.server;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection to an {@link ImapHost}: reads commands, and sends answers. */
public final class HostSession {
  /** Thrown where a connection has ended. */
  private static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** The first octet of a TLS record that begins a handshake (RFC 8446 section 5.1). */
  private static final int TLS_HANDSHAKE = 0x16;

  private static final int DRAIN_MILLIS = 2_000;

  private final ImapHost host;
  private final int number;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final List<ImapCommand> commands = Collections.synchronizedList(new ArrayList<>());
  private final HostCommands carryingOut = new HostCommands(this);
  private volatile @Nullable HostAccount account;
  private volatile @Nullable HostFolder selected;
  private volatile boolean readOnly;
  private volatile boolean utf8;
  private volatile boolean ended;
  private boolean nextIsEarly;
  private int count;

  HostSession(ImapHost host, Socket socket, int number) throws IOException {
    this.host = host;
    this.socket = socket;
    this.number = number;
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    out = socket.getOutputStream();
  }

  void start() {
    Thread thread = new Thread(this::run, "imap host connection " + number);
    thread.setDaemon(true);
    thread.start();
  }

  /** 1 for the first connection to its host. */
  public int number() {
    return number;
  }

  /** Who has logged in, or null. */
  public @Nullable HostAccount account() {
    return account;
  }

  public List<ImapCommand> commands() {
    synchronized (commands) {
      return List.copyOf(commands);
    }
  }

  void forget() {
    commands.clear();
  }

  boolean hasEnded() {
    return ended;
  }

  ImapHost host() {
    return host;
  }

  void account(@Nullable HostAccount loggedIn) {
    account = loggedIn;
  }

  /** Forgets the login, as a server with a fault. */
  public void forgetLogin() {
    account = null;
    selected = null;
  }

  @Nullable HostFolder selected() {
    return selected;
  }

  boolean readOnly() {
    return readOnly;
  }

  void select(@Nullable HostFolder folder, boolean onlyToRead) {
    selected = folder;
    readOnly = onlyToRead;
  }

  boolean utf8() {
    return utf8;
  }

  void enableUtf8() {
    utf8 = true;
  }

  /** A folder's name as people write it. */
  String plain(String wire) {
    return utf8
        ? new String(wire.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
        : ModifiedUtf7.decode(wire);
  }

  /** A folder's name as it goes on the wire, quoted. */
  String wire(String plain) {
    String name =
        utf8
            ? new String(plain.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
            : ModifiedUtf7.encode(plain);
    return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Sends octets at once, before the answer to the command under way. */
  public void send(String octets) {
    try {
      out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    } catch (IOException e) {
      throw new Ended();
    }
  }

  /** Waits as a slow server does, no longer than until the host is closed. */
  public void pause(long millis) {
    if (host.pause(millis)) {
      throw new Ended();
    }
  }

  /** Throws away what has come and was not read yet, as a server that reads one command a time. */
  public void loseInput() {
    try {
      in.skipNBytes(in.available());
    } catch (IOException e) {
      throw new Ended();
    }
  }

  private void run() {
    try (socket) {
      reply(new ImapCommand(this, 0, "*", ImapCommand.GREETING, false));
      while (true) {
        ImapCommand command = read(nextIsEarly);
        if (command != null) {
          commands.add(command);
          reply(command);
          if (command.is("LOGOUT")) {
            hangUp();
          }
        }
      }
    } catch (IOException | Ended e) {
      // One of the two has hung up.
    } catch (RuntimeException | AssertionError e) {
      host.failed(e);
    } finally {
      ended = true;
    }
  }

  private void reply(ImapCommand command) throws IOException {
    Answer answer = host.answer(command, () -> carryingOut.answer(command));
    // Asked before it is sent: a client may answer to it at once.
    nextIsEarly = in.available() > 0;
    send(answer.octets(command.tag()));
    if (answer.hangsUp()) {
      hangUp();
    }
  }

  /** In order, so that what was sent arrives: a reset would throw it away. */
  private void hangUp() throws IOException {
    socket.shutdownOutput();
    socket.setSoTimeout(DRAIN_MILLIS);
    in.transferTo(OutputStream.nullOutputStream());
    throw new Ended();
  }

  /** Null when the command was ended before its literal. */
  private @Nullable ImapCommand read(boolean pipelined) throws IOException {
    StringBuilder whole = new StringBuilder(line());
    int space = whole.indexOf(" ");
    String tag = whole.substring(0, Math.max(0, space));
    whole.delete(0, space + 1);
    count++;
    for (int size = literal(whole); size >= 0; size = literal(whole)) {
      if (!whole.toString().endsWith("+}")) {
        String begun = whole.substring(0, whole.lastIndexOf("{"));
        ImapCommand command = new ImapCommand(this, count, tag, begun, pipelined);
        Answer instead = host.beforeLiteral(command, size);
        if (instead != null) {
          commands.add(command);
          send(instead.octets(tag));
          if (instead.hangsUp()) {
            hangUp();
          }
          return null;
        }
        send("+ go on\r\n");
      }
      byte[] octets = in.readNBytes(size);
      if (octets.length < size) {
        throw new EOFException();
      }
      whole.append("\r\n").append(new String(octets, StandardCharsets.ISO_8859_1)).append(line());
    }
    if (whole.toString().equals("AUTHENTICATE PLAIN")) {
      send("+ \r\n");
      whole.append(' ').append(line());
    }
    return new ImapCommand(this, count, tag, whole.toString(), pipelined);
  }

  private static int literal(StringBuilder line) {
    String end = line.substring(Math.max(0, line.length() - 24));
    byte[] octets = end.getBytes(StandardCharsets.ISO_8859_1);
    return ImapParser.literalSize(octets, 0, octets.length);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || (c == TLS_HANDSHAKE && line.isEmpty())) {
        // A client that got no greeting may look whether TLS is spoken here.
        throw new EOFException();
      }
      line.append((char) c);
    }
    if (line.length() == 0 || line.charAt(line.length() - 1) != '\r') {
      throw new AssertionError("a line without CR: " + line);
    }
    line.setLength(line.length() - 1);
    return line.toString();
  }

  void end() {
    try {
      socket.close();
    } catch (IOException e) {
      // It had ended.
    }
  }
}
