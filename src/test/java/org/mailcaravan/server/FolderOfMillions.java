package org.mailcaravan.server;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IMAP server in clear text on a free loopback port whose INBOX may hold millions of messages:
 * 13 octets of memory for each, since they are made when they are asked for. It is as plain as
 * servers come, without CONDSTORE; it takes any user. What is appended must have been made by
 * another of its kind.
 */
public final class FolderOfMillions implements AutoCloseable {
  private static final List<String> FLAGS =
      List.of("\\Seen", "\\Answered", "\\Flagged", "\\Draft", "\\Deleted", "$Work");
  private static final Pattern NUMBER = Pattern.compile("Subject: (\\d+)");
  private static final Pattern LITERAL = Pattern.compile("\\{(\\d+)\\+?\\}$");
  private static final Pattern APPENDED =
      Pattern.compile("(?:\\(([^)]*)\\) )?\"([^\"]*)\" \\{\\d+\\+?\\}$");
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d-MMM-yyyy HH:mm:ss Z", Locale.ROOT);
  private static final int FIRST_DATE = 1_500_000_000;

  private final ServerSocket listener;
  private final List<String> commands = Collections.synchronizedList(new ArrayList<>());
  private int[] uids = new int[1024];
  private int[] numbers = new int[1024];
  private int[] dates = new int[1024];
  private byte[] flags = new byte[1024];
  private int count;
  private int uidNext = 1;
  private int made;
  private int uidValidity = 7;
  private boolean atRandom;
  private boolean emailIds;

  public FolderOfMillions() {
    try {
      listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread acceptor = new Thread(this::accept, "folder of millions");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  public int port() {
    return listener.getLocalPort();
  }

  /**
   * Fills it with messages that differ from each other.
   *
   * @param gap how far a UID is from the next
   */
  public synchronized void fill(int messages, int gap) {
    for (int i = 0; i < messages; i++) {
      uidNext += gap - 1;
      int number = made + 1;
      made++;
      store(number, FIRST_DATE + number, (byte) (number % 7 == 0 ? 0 : number % 3));
    }
  }

  /** As {@link #fill}, with gaps of any size up to a certain one; the seed tells which. */
  public synchronized void fillAtRandom(int messages, int mostGap, long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < messages; i++) {
      fill(1, 1 + random.nextInt(mostGap));
    }
  }

  /**
   * Holds the first messages of another, as a tool that knows nothing of flags has brought them.
   */
  public synchronized void fillFrom(FolderOfMillions other, int messages) {
    synchronized (other) {
      for (int i = 0; i < messages; i++) {
        store(other.numbers[i], other.dates[i], (byte) 0);
      }
    }
  }

  /** From now on it answers a fetch of several messages in any order. */
  public FolderOfMillions answeringAtRandom() {
    atRandom = true;
    return this;
  }

  /** From now on it tells EMAILIDs (RFC 8474). */
  public FolderOfMillions tellingEmailIds() {
    emailIds = true;
    return this;
  }

  /** Deals new UIDs, each so far from the next, under another UIDVALIDITY. */
  public synchronized void renumber(int gap) {
    uidValidity++;
    uidNext = 1;
    for (int i = 0; i < count; i++) {
      uidNext += gap - 1;
      uids[i] = uidNext++;
    }
  }

  private void store(int number, int date, byte set) {
    if (count == uids.length) {
      int room = count * 2;
      uids = Arrays.copyOf(uids, room);
      numbers = Arrays.copyOf(numbers, room);
      dates = Arrays.copyOf(dates, room);
      flags = Arrays.copyOf(flags, room);
    }
    uids[count] = uidNext++;
    numbers[count] = number;
    dates[count] = date;
    flags[count] = set;
    count++;
  }

  /** Changes the flags of every n-th message. */
  public synchronized void flag(int nth) {
    for (int i = nth - 1; i < count; i += nth) {
      flags[i] ^= 4;
    }
  }

  /** Removes every n-th message. */
  public synchronized void remove(int nth) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if ((i + 1) % nth != 0) {
        uids[kept] = uids[i];
        numbers[kept] = numbers[i];
        dates[kept] = dates[i];
        flags[kept] = flags[i];
        kept++;
      }
    }
    count = kept;
  }

  public synchronized int count() {
    return count;
  }

  /** Forgets all messages. */
  public synchronized void clear() {
    count = 0;
  }

  /** What has come, without tags and what is appended. */
  public List<String> commands() {
    return List.copyOf(commands);
  }

  /** Whether the other holds the same messages in the same order, with their flags and dates. */
  public synchronized boolean holdsTheSameAs(FolderOfMillions other) {
    synchronized (other) {
      return count == other.count
          && Arrays.equals(numbers, 0, count, other.numbers, 0, count)
          && Arrays.equals(dates, 0, count, other.dates, 0, count)
          && Arrays.equals(flags, 0, count, other.flags, 0, count);
    }
  }

  private static byte[] header(int number) {
    return "Message-ID: <%010d@millions.example>\r\nFrom: <ann@example.org>\r\nSubject: %010d\r\n\r\n"
        .formatted(number, number)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] message(int number) {
    byte[] header = header(number);
    byte[] message = Arrays.copyOf(header, header.length + size(number));
    Arrays.fill(message, header.length, message.length - 2, (byte) 'x');
    message[message.length - 2] = '\r';
    message[message.length - 1] = '\n';
    return message;
  }

  private static final int HEADER = header(1).length;

  /** Octets of the text. */
  private static int size(int number) {
    return 100 + number % 97;
  }

  private void accept() {
    while (true) {
      try {
        Socket socket = listener.accept();
        Thread thread = new Thread(() -> serve(socket), "folder of millions, client");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      new Client(socket).run();
    } catch (IOException e) {
      // The client has left.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Client {
    private final InputStream in;
    private final OutputStream out;

    Client(Socket socket) throws IOException {
      in = new BufferedInputStream(socket.getInputStream(), 65_536);
      out = new BufferedOutputStream(socket.getOutputStream(), 65_536);
    }

    void run() throws IOException {
      write("* OK [CAPABILITY " + capabilities() + "] ready\r\n");
      while (true) {
        if (in.available() == 0) {
          out.flush();
        }
        String line = line();
        String[] words = line.split(" ", 3);
        String rest = words.length > 2 ? words[2] : "";
        if (!words[1].equalsIgnoreCase("APPEND")) {
          commands.add(line.substring(line.indexOf(' ') + 1));
        }
        switch (words[1].toUpperCase(Locale.ROOT)) {
          case "LOGOUT" -> {
            write("* BYE\r\n" + words[0] + " OK\r\n");
            out.flush();
            return;
          }
          case "CAPABILITY" -> write("* CAPABILITY " + capabilities() + "\r\n");
          case "LIST" ->
              write(
                  rest.endsWith("\"\"")
                      ? "* LIST (\\Noselect) \"/\" \"\"\r\n"
                      : "* LIST () \"/\" INBOX\r\n");
          case "STATUS" -> write("* STATUS INBOX (" + status() + ")\r\n");
          case "SELECT", "EXAMINE" -> open();
          case "UID" -> uid(rest);
          case "APPEND" -> {
            append(words[0], rest);
            continue;
          }
          default -> {}
        }
        write(words[0] + " OK done\r\n");
      }
    }

    private String capabilities() {
      return "IMAP4rev1 LITERAL+ MULTIAPPEND UIDPLUS" + (emailIds ? " OBJECTID" : "");
    }

    private String status() {
      synchronized (FolderOfMillions.this) {
        return "MESSAGES " + count + " UIDNEXT " + uidNext + " UIDVALIDITY " + uidValidity;
      }
    }

    private void open() throws IOException {
      synchronized (FolderOfMillions.this) {
        write("* FLAGS (" + String.join(" ", FLAGS) + ")\r\n");
        write("* OK [PERMANENTFLAGS (" + String.join(" ", FLAGS) + " \\*)]\r\n");
        write("* " + count + " EXISTS\r\n");
        write("* OK [UIDVALIDITY " + uidValidity + "]\r\n* OK [UIDNEXT " + uidNext + "]\r\n");
      }
    }

    private void uid(String command) throws IOException {
      String[] words = command.split(" ", 3);
      switch (words[0].toUpperCase(Locale.ROOT)) {
        case "FETCH" -> fetch(words[1], words[2]);
        case "SEARCH" -> {
          StringBuilder found = new StringBuilder("* SEARCH");
          synchronized (FolderOfMillions.this) {
            for (long[] range : ranges(words[1])) {
              for (long place = range[0]; place <= Math.min(range[1], count); place++) {
                found.append(' ').append(Integer.toUnsignedLong(uids[(int) place - 1]));
              }
            }
          }
          write(found + "\r\n");
        }
        case "STORE" -> store(words[1], words[2]);
        default -> throw new IOException("not known: UID " + words[0]);
      }
    }

    private void store(String set, String change) {
      byte bits = bits(change.substring(change.indexOf('(') + 1, change.indexOf(')')));
      synchronized (FolderOfMillions.this) {
        for (long[] range : ranges(set)) {
          for (int i = from(range[0]); i < count && uids[i] <= range[1]; i++) {
            flags[i] = (byte) (change.startsWith("+") ? flags[i] | bits : flags[i] & ~bits);
          }
        }
      }
    }

    private void fetch(String set, String items) throws IOException {
      boolean withFlags = items.contains("FLAGS");
      boolean withSize = items.contains("RFC822.SIZE");
      boolean withDate = items.contains("INTERNALDATE");
      boolean withBody = items.contains("BODY.PEEK[]");
      boolean withHeader = items.contains("BODY.PEEK[HEADER]");
      boolean withEmailId = items.contains("EMAILID");
      for (long[] range : ranges(set)) {
        int first = from(range[0]);
        int messages = (range[1] < Integer.MAX_VALUE ? from(range[1] + 1) : count()) - first;
        // One that has no divisor with the number in common leads to each message once.
        long step = atRandom ? step(messages) : 1;
        for (int n = 0; n < messages; n++) {
          int i = first + (int) (n * step % messages);
          StringBuilder text = new StringBuilder();
          text.append("* ").append(i + 1).append(" FETCH (UID ").append(uids[i]);
          if (withFlags) {
            text.append(" FLAGS (").append(flagsOf(i)).append(')');
          }
          if (withDate) {
            text.append(" INTERNALDATE \"").append(date(dates[i])).append('"');
          }
          if (withSize) {
            text.append(" RFC822.SIZE ").append(HEADER + size(numbers[i]));
          }
          if (withEmailId) {
            text.append(" EMAILID (M").append(numbers[i]).append(')');
          }
          byte[] body =
              withBody ? message(numbers[i]) : withHeader ? header(numbers[i]) : new byte[0];
          if (withBody || withHeader) {
            text.append(withBody ? " BODY[] {" : " BODY[HEADER] {");
            text.append(body.length).append("}\r\n");
          }
          write(text.toString());
          out.write(body);
          write(")\r\n");
        }
      }
    }

    private static int step(int messages) {
      int step = (int) (messages * 0.618) | 1;
      while (BigInteger.valueOf(step).gcd(BigInteger.valueOf(messages)).intValue() > 1) {
        step += 2;
      }
      return step;
    }

    private String flagsOf(int row) {
      List<String> set = new ArrayList<>();
      for (int bit = 0; bit < FLAGS.size(); bit++) {
        if ((flags[row] & 1 << bit) != 0) {
          set.add(FLAGS.get(bit));
        }
      }
      return String.join(" ", set);
    }

    private byte bits(String names) {
      int bits = 0;
      for (String name : names.split(" ", -1)) {
        bits |= name.isEmpty() ? 0 : 1 << FLAGS.indexOf(name);
      }
      return (byte) bits;
    }

    private String lastDay = "";
    private int lastDayOf = -1;

    /** Made by hand, since formatting dates would take longer than all else. */
    private String date(int seconds) {
      int day = seconds / 86_400;
      if (day != lastDayOf) {
        lastDayOf = day;
        lastDay =
            DateTimeFormatter.ofPattern("dd-MMM-yyyy", Locale.ROOT)
                .format(Instant.ofEpochSecond(seconds).atOffset(ZoneOffset.UTC));
      }
      int second = seconds % 86_400;
      char[] time = "00:00:00 +0000".toCharArray();
      time[0] += (char) (second / 36_000);
      time[1] += (char) (second / 3_600 % 10);
      time[3] += (char) (second / 600 % 6);
      time[4] += (char) (second / 60 % 10);
      time[6] += (char) (second / 10 % 6);
      time[7] += (char) (second % 10);
      return lastDay + " " + new String(time);
    }

    private List<long[]> ranges(String set) {
      List<long[]> ranges = new ArrayList<>();
      for (String part : set.split(",", -1)) {
        String[] ends = part.split(":", -1);
        long first = Long.parseLong(ends[0]);
        String last = ends[ends.length - 1];
        ranges.add(new long[] {first, last.equals("*") ? Integer.MAX_VALUE : Long.parseLong(last)});
      }
      return ranges;
    }

    private int from(long uid) {
      synchronized (FolderOfMillions.this) {
        int found = Arrays.binarySearch(uids, 0, count, (int) Math.min(uid, Integer.MAX_VALUE));
        return found < 0 ? -found - 1 : found;
      }
    }

    /** One or several messages, each behind a literal that needs no continuation. */
    private void append(String tag, String first) throws IOException {
      synchronized (FolderOfMillions.this) {
        int firstUid = uidNext;
        String line = first;
        while (!line.isEmpty()) {
          Matcher told = APPENDED.matcher(line);
          Matcher length = LITERAL.matcher(line);
          if (!length.find()) {
            throw new IOException("not known: APPEND " + line);
          }
          boolean dated = told.find();
          String content =
              new String(
                  in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.ISO_8859_1);
          Matcher number = NUMBER.matcher(content);
          if (!number.find()) {
            throw new IOException("not one of ours: " + content);
          }
          FolderOfMillions.this.store(
              Integer.parseInt(number.group(1)),
              dated ? (int) Instant.from(DATE.parse(told.group(2).strip())).getEpochSecond() : 0,
              bits(dated && told.group(1) != null ? told.group(1) : ""));
          line = line();
        }
        String set = firstUid == uidNext - 1 ? "" + firstUid : firstUid + ":" + (uidNext - 1);
        write(tag + " OK [APPENDUID " + uidValidity + " " + set + "] done\r\n");
      }
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new EOFException();
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }

    private void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /**
   * Runs two, a source and a destination, until standard input ends: {@code FolderOfMillions
   * MESSAGES} prints their ports.
   */
  public static void main(String[] arguments) throws IOException {
    try (FolderOfMillions source = new FolderOfMillions();
        FolderOfMillions destination = new FolderOfMillions()) {
      source.fill(Integer.parseInt(arguments[0]), 1);
      System.out.println(source.port() + " " + destination.port());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
