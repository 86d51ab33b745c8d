package org.mailcaravan.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A private Courier IMAP on a free loopback port, run by whoever runs the tests, or by nobody where
 * that is root. Clear text only.
 *
 * <p>Courier's own programs for logins know one place for their socket on each machine; so the
 * login is ours, as {@code imaplogin} does it, and from its answer on it is Courier's {@code imapd}
 * who speaks.
 */
public final class CourierServer implements ImapServer {
  /** As in Debian's configuration. */
  private static final String CAPABILITY =
      "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE";

  private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+)");

  private static final Pattern LITERAL = Pattern.compile("\\{(\\d+)(\\+?)}$");

  private final Path folder;
  private final ServerSocket listener;
  private final Map<String, String> passwords = new ConcurrentHashMap<>();
  private final Set<Process> sessions = ConcurrentHashMap.newKeySet();
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "courier");
            thread.setDaemon(true);
            return thread;
          });
  private final Thread endWithUs = new Thread(this::killSessions);

  private CourierServer() throws IOException {
    folder = TestFolders.create("mailcaravan-courier");
    Unprivileged.give(folder);
    listener = new ServerSocket(ServerProcess.freePort(), 100, InetAddress.getLoopbackAddress());
    Runtime.getRuntime().addShutdownHook(endWithUs);
    threads.execute(this::accept);
  }

  public static CourierServer start() {
    try {
      return new CourierServer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int port() {
    return listener.getLocalPort();
  }

  @Override
  public CourierServer addUser(String name, String password) {
    try {
      Path home = Files.createDirectory(folder.resolve(name));
      Unprivileged.give(home);
      Process made =
          builder(home, Programs.require("maildirmake.courier"), "Maildir")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (made.waitFor() != 0) {
        throw new IllegalStateException(ServerProcess.text(folder.resolve("courier.log")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    passwords.put(name, UsedPasswords.add(password));
    return this;
  }

  /** Where a user's mail lies. */
  public Path mailFolder(String user) {
    return folder.resolve(user).resolve("Maildir");
  }

  private ProcessBuilder builder(Path home, String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(Unprivileged.command(List.of(command)))
            .directory(home.toFile())
            .redirectError(
                ProcessBuilder.Redirect.appendTo(folder.resolve("courier.log").toFile()));
    builder.environment().clear();
    builder.environment().putAll(UnpackedServers.environment());
    builder.environment().put("HOME", home.toString());
    return builder;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        clients.add(client);
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      OutputStream out = client.getOutputStream();
      say(out, "* OK [CAPABILITY " + CAPABILITY + "] Courier-IMAP ready.");
      InputStream in = client.getInputStream();
      for (String line = command(in, out); line != null; line = command(in, out)) {
        String[] words = line.split(" ", 3);
        String verb = words.length < 2 ? "" : words[1].toUpperCase(Locale.ROOT);
        switch (verb) {
          case "CAPABILITY" -> {
            say(out, "* CAPABILITY " + CAPABILITY);
            say(out, words[0] + " OK CAPABILITY completed");
          }
          case "LOGIN", "AUTHENTICATE" -> {
            String user = verb.equals("LOGIN") ? login(words[2]) : plain(words[2], in, out);
            if (!user.isEmpty()) {
              session(words[0], user, client, in, out);
              return;
            }
            say(out, words[0] + " NO Login failed.");
          }
          case "LOGOUT" -> {
            say(out, "* BYE Courier-IMAP server shutting down");
            say(out, words[0] + " OK LOGOUT completed");
            return;
          }
          default -> say(out, words[0] + " NO Error in IMAP command received by server.");
        }
      }
    } catch (IOException e) {
      // The client is gone.
    } finally {
      clients.remove(client);
    }
  }

  private String login(String words) {
    List<String> found =
        WORD.matcher(words)
            .results()
            .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
            .toList();
    return found.size() == 2
        ? known(found.get(0).replaceAll("\\\\(.)", "$1"), found.get(1).replaceAll("\\\\(.)", "$1"))
        : "";
  }

  private String plain(String words, InputStream in, OutputStream out) throws IOException {
    String response = words.substring(words.indexOf(' ') + 1).strip();
    if (response.equalsIgnoreCase("PLAIN")) {
      say(out, "+ ");
      response = line(in);
    }
    if (response == null) {
      return "";
    }
    String[] parts =
        new String(Base64.getDecoder().decode(response), StandardCharsets.UTF_8).split("\0", 3);
    return parts.length == 3 ? known(parts[1], parts[2]) : "";
  }

  private String known(String user, String password) {
    return password.equals(passwords.get(user)) ? user : "";
  }

  /** From here on the client speaks with Courier, who begins with the answer to the login. */
  private void session(String tag, String user, Socket client, InputStream in, OutputStream out)
      throws IOException {
    ProcessBuilder builder = builder(folder.resolve(user), Programs.require("courier"), "Maildir");
    builder
        .environment()
        .putAll(
            Map.of(
                "IMAPLOGINTAG",
                tag,
                "AUTHENTICATED",
                user,
                "AUTHADDR",
                user,
                "AUTHFULLNAME",
                user,
                "TCPREMOTEIP",
                "127.0.0.1",
                "TCPREMOTEPORT",
                String.valueOf(client.getPort()),
                "PROTOCOL",
                "IMAP",
                "IMAP_CAPABILITY",
                CAPABILITY,
                "IMAP_KEYWORDS",
                "1",
                "IMAP_CHECK_ALL_FOLDERS",
                "0"));
    Process session = builder.start();
    sessions.add(session);
    threads.execute(
        () -> {
          try (OutputStream to = session.getOutputStream()) {
            pour(in, to);
          } catch (IOException e) {
            // One of both is gone.
          }
        });
    try {
      pour(session.getInputStream(), out);
    } finally {
      session.destroyForcibly();
      sessions.remove(session);
    }
  }

  /** A line, with its literals as quoted strings; null at the end. */
  private static @Nullable String command(InputStream in, OutputStream out) throws IOException {
    StringBuilder command = new StringBuilder();
    for (String line = line(in); line != null; line = line(in)) {
      Matcher literal = LITERAL.matcher(line);
      if (!literal.find()) {
        return command.append(line).toString();
      }
      if (literal.group(2).isEmpty()) {
        say(out, "+ Ready");
      }
      byte[] octets = in.readNBytes(Integer.parseInt(literal.group(1)));
      String text = new String(octets, StandardCharsets.UTF_8).replaceAll("([\"\\\\])", "\\\\$1");
      command.append(line, 0, literal.start()).append('"').append(text).append('"');
    }
    return null;
  }

  private static void pour(InputStream from, OutputStream to) throws IOException {
    byte[] octets = new byte[64 << 10];
    for (int count = from.read(octets); count >= 0; count = from.read(octets)) {
      to.write(octets, 0, count);
      to.flush();
    }
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** Octet by octet, as what follows the login belongs to Courier; null at the end. */
  private static @Nullable String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet >= 0; octet = in.read()) {
      if (octet == '\n') {
        return line.toString().strip();
      }
      line.append((char) octet);
    }
    return null;
  }

  private void killSessions() {
    sessions.forEach(Process::destroyForcibly);
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket client : clients) {
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    killSessions();
    threads.shutdownNow();
    try {
      Runtime.getRuntime().removeShutdownHook(endWithUs);
    } catch (IllegalStateException e) {
      // The JVM is ending and runs the hook itself.
    }
    ServerProcess.deleteTree(folder);
  }
}
