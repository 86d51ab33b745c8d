package org.mailcaravan.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A plain IMAP client for tests: clear text, one command at a time, everything in memory, exact
 * octets and exact INTERNALDATE zones. Written apart from the program's own client, so that one can
 * check the other. Command and response text is ISO-8859-1, one char per octet.
 */
public final class RawImap implements AutoCloseable {
  // RFC 9051, date-time: the day is padded by a space, and written by us with two digits.
  private static final DateTimeFormatter WRITTEN =
      DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm:ss Z", Locale.ROOT);
  private static final DateTimeFormatter READ =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .appendValue(ChronoField.DAY_OF_MONTH, 1, 2, SignStyle.NOT_NEGATIVE)
          .appendPattern("-MMM-yyyy HH:mm:ss Z")
          .toFormatter(Locale.ROOT);

  private final Socket socket;
  private final BufferedInputStream in;
  private final OutputStream out;
  private final String greeting;
  private int tag;

  /** A folder as LIST tells it; the name is decoded. */
  public record Listed(Set<String> attributes, String separator, String name) {
    public boolean isSelectable() {
      return attributes.stream()
          .noneMatch(a -> a.equalsIgnoreCase("\\NoSelect") || a.equalsIgnoreCase("\\NonExistent"));
    }
  }

  /** A message as FETCH tells it. {@code octets} are those of BODY.PEEK[]. */
  public record Fetched(long uid, Set<String> flags, OffsetDateTime internalDate, String octets) {}

  /** A tagged answer other than OK. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String answer) {
      super(answer);
    }
  }

  private RawImap(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(60_000);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    out = socket.getOutputStream();
    greeting = readResponse();
  }

  /** Connects to a loopback port and logs in. */
  public static RawImap login(int port, String user, String password) {
    try {
      RawImap imap = new RawImap(port);
      imap.command("LOGIN ", utf8(user), " ", utf8(UsedPasswords.add(password)));
      return imap;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String greeting() {
    return greeting;
  }

  /** The capabilities as they stand now, in upper case. */
  public Set<String> capabilities() {
    return command("CAPABILITY").stream()
        .filter(line -> line.toUpperCase(Locale.ROOT).startsWith("* CAPABILITY "))
        .flatMap(line -> List.of(line.toUpperCase(Locale.ROOT).split(" ")).stream().skip(2))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The prefix of the personal namespace, or "" where there is no NAMESPACE. */
  public String prefix() {
    if (!capabilities().contains("NAMESPACE")) {
      return "";
    }
    String line = untagged(command("NAMESPACE"), "NAMESPACE").get(0);
    List<Object> parsed = ImapParser.parse(line);
    return parsed.get(2) instanceof List<?> personal
            && personal.get(0) instanceof List<?> first
            && first.get(0) instanceof String prefix
        ? ModifiedUtf7.decode(prefix)
        : "";
  }

  public List<Listed> list() {
    return listed("LIST");
  }

  /** Without the parents of subscribed folders, which LSUB may show as \\Noselect. */
  public List<Listed> subscribed() {
    return listed("LSUB").stream().filter(Listed::isSelectable).toList();
  }

  private List<Listed> listed(String verb) {
    List<Listed> folders = new ArrayList<>();
    for (String line : untagged(command(verb + " \"\" \"*\""), verb)) {
      List<Object> parsed = ImapParser.parse(line);
      folders.add(
          new Listed(
              ImapParser.strings(parsed.get(2)),
              parsed.get(3).toString(),
              ModifiedUtf7.decode(parsed.get(4).toString())));
    }
    return folders;
  }

  public void create(String folder) {
    command("CREATE ", ModifiedUtf7.encode(folder));
  }

  public void subscribe(String folder) {
    command("SUBSCRIBE ", ModifiedUtf7.encode(folder));
  }

  public void unsubscribe(String folder) {
    command("UNSUBSCRIBE ", ModifiedUtf7.encode(folder));
  }

  public List<String> select(String folder) {
    return command("SELECT ", ModifiedUtf7.encode(folder));
  }

  public List<String> examine(String folder) {
    return command("EXAMINE ", ModifiedUtf7.encode(folder));
  }

  public void append(
      String folder, Collection<String> flags, OffsetDateTime internalDate, byte[] octets) {
    command(
        "APPEND ",
        ModifiedUtf7.encode(folder),
        " (" + String.join(" ", flags) + ") \"" + WRITTEN.format(internalDate) + "\" ",
        new String(octets, StandardCharsets.ISO_8859_1));
  }

  /**
   * Appends many messages at once; the server must have MULTIAPPEND and LITERAL+.
   *
   * @param messages 1,000 of them go into a command
   */
  public void appendAll(String folder, OffsetDateTime internalDate, List<byte[]> messages) {
    for (int from = 0; from < messages.size(); from += 1000) {
      StringBuilder command = new StringBuilder("APPEND \"" + ModifiedUtf7.encode(folder) + "\"");
      for (byte[] octets : messages.subList(from, Math.min(messages.size(), from + 1000))) {
        command
            .append(
                " (\\Seen) \"" + WRITTEN.format(internalDate) + "\" {" + octets.length + "+}\r\n")
            .append(new String(octets, StandardCharsets.ISO_8859_1));
      }
      command(command.toString());
    }
  }

  public void rename(String folder, String newName) {
    command("RENAME ", ModifiedUtf7.encode(folder), " ", ModifiedUtf7.encode(newName));
  }

  public void delete(String folder) {
    command("DELETE ", ModifiedUtf7.encode(folder));
  }

  /**
   * Changes flags in the folder selected last.
   *
   * @param uids as a sequence set
   * @param how {@code +FLAGS}, {@code -FLAGS} or {@code FLAGS}
   */
  public void store(String uids, String how, Collection<String> flags) {
    command("UID STORE " + uids + " " + how + " (" + String.join(" ", flags) + ")");
  }

  /** Copies messages of the folder selected last. */
  public void copy(String uids, String folder) {
    command("UID COPY " + uids + " ", ModifiedUtf7.encode(folder));
  }

  /** Moves messages of the folder selected last. */
  public void move(String uids, String folder) {
    if (capabilities().contains("MOVE")) {
      command("UID MOVE " + uids + " ", ModifiedUtf7.encode(folder));
    } else {
      copy(uids, folder);
      remove(uids);
    }
  }

  /** Removes messages of the folder selected last for good. */
  public void remove(String uids) {
    store(uids, "+FLAGS", List.of("\\Deleted"));
    command("UID EXPUNGE " + uids);
  }

  /** A STATUS answer as it came, from the parenthesis on. */
  public String status(String folder, String items) {
    String line =
        untagged(command("STATUS ", ModifiedUtf7.encode(folder), " (" + items + ")"), "STATUS")
            .get(0);
    return line.substring(line.lastIndexOf('('));
  }

  public long uidValidity(String folder) {
    return Long.parseLong(status(folder, "UIDVALIDITY").replaceAll("\\D", ""));
  }

  /** Every message of the folder opened last, by UID; \Recent is left out. */
  public List<Fetched> fetchAll() {
    List<Fetched> messages = new ArrayList<>();
    for (String line : command("UID FETCH 1:* (FLAGS INTERNALDATE BODY.PEEK[])")) {
      if (line.matches("(?is)\\* \\d+ FETCH .*")) {
        messages.add(fetched(ImapParser.fetchItems(line)));
      }
    }
    return messages;
  }

  private static Fetched fetched(java.util.Map<String, Object> items) {
    Set<String> flags = ImapParser.strings(items.getOrDefault("FLAGS", List.of()));
    flags.removeIf(flag -> flag.equalsIgnoreCase("\\Recent"));
    return new Fetched(
        Long.parseLong(String.valueOf(items.get("UID"))),
        flags,
        OffsetDateTime.parse(String.valueOf(items.get("INTERNALDATE")).strip(), READ),
        String.valueOf(items.get("BODY[]")));
  }

  /**
   * Sends one command and returns the untagged responses, literals in place.
   *
   * @param parts alternately text sent as it is and strings sent as literals
   * @throws Refused when the tagged answer is not OK
   */
  public List<String> command(String... parts) {
    String myTag = "t" + ++tag;
    List<String> responses = new ArrayList<>();
    try {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      line.writeBytes(latin1(myTag + " " + parts[0]));
      for (int i = 1; i < parts.length; i++) {
        byte[] part = latin1(parts[i]);
        if (i % 2 == 0) {
          line.writeBytes(part);
          continue;
        }
        line.writeBytes(latin1("{" + part.length + "}\r\n"));
        send(line);
        awaitContinuation(myTag, responses);
        line.writeBytes(part);
      }
      line.writeBytes(latin1("\r\n"));
      send(line);
      String response = readResponse();
      while (!response.startsWith(myTag + " ")) {
        responses.add(response);
        response = readResponse();
      }
      if (!response.toUpperCase(Locale.ROOT).startsWith(myTag.toUpperCase(Locale.ROOT) + " OK")) {
        throw new Refused(response);
      }
      return responses;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void send(ByteArrayOutputStream line) throws IOException {
    line.writeTo(out);
    out.flush();
    line.reset();
  }

  private void awaitContinuation(String myTag, List<String> responses) throws IOException {
    String response = readResponse();
    while (!response.startsWith("+")) {
      if (response.startsWith(myTag + " ")) {
        throw new Refused(response);
      }
      responses.add(response);
      response = readResponse();
    }
  }

  /** One response without its line end; a literal stays as {n}, CRLF and its octets. */
  private String readResponse() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (true) {
      int lineStart = bytes.size();
      int octet = in.read();
      while (octet != '\n') {
        if (octet < 0) {
          throw new EOFException("The server closed the connection");
        }
        bytes.write(octet);
        octet = in.read();
      }
      byte[] all = bytes.toByteArray();
      int end = all.length > 0 && all[all.length - 1] == '\r' ? all.length - 1 : all.length;
      int size = ImapParser.literalSize(all, lineStart, end);
      if (size < 0) {
        return new String(all, 0, end, StandardCharsets.ISO_8859_1);
      }
      bytes.write('\n');
      bytes.writeBytes(in.readNBytes(size));
    }
  }

  private static List<String> untagged(List<String> responses, String verb) {
    return responses.stream()
        .filter(line -> line.toUpperCase(Locale.ROOT).startsWith("* " + verb + " "))
        .toList();
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The UTF-8 octets of a text, one char each. */
  private static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    try {
      command("LOGOUT");
    } catch (UncheckedIOException | Refused e) {
      // The connection is gone already.
    }
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
