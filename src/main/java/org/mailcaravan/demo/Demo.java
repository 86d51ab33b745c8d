package org.mailcaravan.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mailcaravan.demo.DemoServer.Held;
import org.mailcaravan.model.Server;

/**
 * What the demo needs: an old provider with generated mail, a new server with empty mailboxes, and
 * a request. Two rows of the request are bad on purpose. Not thread-safe.
 */
public final class Demo implements AutoCloseable {
  /** The name of the request file. */
  public static final String REQUEST = "demo.csv";

  /** The mailbox whose row has a wrong password. */
  public static final String WRONG_PASSWORD = "dora@caravan.example";

  /** The line of the request that is malformed, counted from 1, the header included. */
  public static final int MALFORMED_LINE = 6;

  private static final List<String> GOOD =
      List.of(
          "ali@caravan.example",
          "berta@caravan.example",
          "cem@caravan.example",
          "emil@caravan.example");
  // With characters that CSV readers get wrong. The passwords are made up and work in this demo
  // only.
  private static final String OLD_PASSWORD = "old, \"quoted\" & 100%";
  private static final String NEW_PASSWORD = "new+home;1";
  private static final String HEADER =
      "source_email,source_password,source_imap_server,source_port,source_security,"
          + "destination_password\n";
  private static final long SEED = 17;

  private final DemoServer source;
  private final DemoServer destination;
  private final GeneratedMail mail = new GeneratedMail(SEED);
  private final List<String> good = new ArrayList<>();
  private int messages;
  private int folders;

  /** Starts both servers and fills the old provider. */
  public Demo() {
    DemoServers servers = DemoServers.installed();
    source = servers.start();
    destination = servers.start();
    GOOD.forEach(this::addGood);
    addEmpty(WRONG_PASSWORD);
  }

  private void addGood(String mailbox) {
    addEmpty(mailbox);
    fill(mailbox);
    good.add(mailbox);
  }

  private void addEmpty(String mailbox) {
    source.addMailbox(mailbox, OLD_PASSWORD);
    destination.addMailbox(mailbox, NEW_PASSWORD);
  }

  private void fill(String mailbox) {
    for (String folder : GeneratedMail.FOLDERS) {
      List<GeneratedMail.Letter> letters = mail.folder(mailbox);
      source.fill(mailbox, folder, letters);
      messages += letters.size();
      folders++;
    }
  }

  public Server source() {
    return source.address();
  }

  public Server destination() {
    return destination.address();
  }

  /** The addresses whose mail must arrive. */
  public List<String> goodMailboxes() {
    return List.copyOf(good);
  }

  /** The number of messages in those mailboxes. */
  public int messages() {
    return messages;
  }

  /** The number of folders in those mailboxes. */
  public int folders() {
    return folders;
  }

  /**
   * The properties with which the program runs this demo; beside a configuration in which nothing
   * is set, it touches nothing else.
   *
   * @param dropFolder the folder to watch
   */
  public Map<String, String> properties(Path dropFolder) {
    Map<String, String> properties = new TreeMap<>();
    properties.put("drop.folder", dropFolder.toAbsolutePath().toString());
    properties.put("drop.poll-millis", "100");
    // The service of this installation may have the usual one.
    properties.put("api.port", "0");
    properties.put("answers.poll-millis", "200");
    properties.put("source.allowed-hosts", source().host());
    properties.put("source.insecure-hosts", source().host());
    properties.put("destination.host", destination().host());
    properties.put("destination.port", String.valueOf(destination().port()));
    properties.put("destination.security", destination().security().word());
    properties.put("destination.auth", "password");
    // So long the mailbox with the wrong password waits for the right one.
    properties.put("preflight.longest-wait-seconds", "5");
    properties.put("retry.attempts", "2");
    properties.put("retry.delay-millis", "100");
    properties.put("retry.maximum-delay-millis", "500");
    return properties;
  }

  /**
   * Puts the request into the drop folder in one step, so the program never reads half of it.
   *
   * @return the file
   */
  public Path drop(Path dropFolder) throws IOException {
    Path written = Files.createTempFile(dropFolder.toAbsolutePath().getParent(), "request", ".tmp");
    Files.writeString(written, request(), StandardCharsets.UTF_8);
    return Files.move(written, dropFolder.resolve(REQUEST), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Adds a mailbox to both servers, with mail at the old provider.
   *
   * @return what its owner writes to Support, with both passwords
   */
  public String asksByMail(String mailbox) {
    addGood(mailbox);
    return String.join(
        "\r\n",
        "Hello,",
        "",
        "please move my mail to you.",
        "",
        "E-mail address: " + mailbox,
        "Password: " + OLD_PASSWORD,
        "IMAP server: " + source().host(),
        "Port: " + source().port(),
        "Security: none",
        "New password: " + NEW_PASSWORD,
        "");
  }

  /** Whether a text contains a password of the requests. */
  public boolean hasPassword(String text) {
    return text.contains(NEW_PASSWORD)
        || text.contains(OLD_PASSWORD)
        || text.contains(quoted(OLD_PASSWORD));
  }

  private String request() {
    Server server = source();
    String place = "," + server.host() + "," + server.port() + ",none," + quoted(NEW_PASSWORD);
    StringBuilder csv = new StringBuilder(HEADER);
    for (String mailbox : GOOD.subList(0, 3)) {
      csv.append(mailbox).append(',').append(quoted(OLD_PASSWORD)).append(place).append('\n');
    }
    csv.append(WRONG_PASSWORD).append(",not the password").append(place).append('\n');
    csv.append("fatma@caravan.example,secret,")
        .append(server.host())
        .append(",one hundred,none,secret\n");
    csv.append(GOOD.get(3)).append(',').append(quoted(OLD_PASSWORD)).append(place).append('\n');
    return csv.toString();
  }

  private static String quoted(String value) {
    return '"' + value.replace("\"", "\"\"") + '"';
  }

  /** One more mail comes to the old provider, for a mailbox with mail. */
  public void deliver(String mailbox) {
    source.fill(mailbox, "INBOX", mail.folder(mailbox).subList(0, 1));
    messages++;
  }

  /** Compares every message of the good rows on both servers. */
  public DemoComparison compare() {
    return compare(good);
  }

  /** Compares every message of some mailboxes on both servers. */
  public DemoComparison compare(List<String> mailboxes) {
    int expected = 0;
    int arrived = 0;
    List<String> differences = new ArrayList<>();
    for (String mailbox : mailboxes) {
      Map<String, List<Held>> before = source.contents(mailbox);
      Map<String, List<Held>> after = destination.contents(mailbox);
      expected += count(before);
      arrived += count(after);
      TreeSet<String> names = new TreeSet<>(before.keySet());
      names.addAll(after.keySet());
      for (String folder : names) {
        List<String> missing = described(before, folder);
        List<String> surplus = described(after, folder);
        described(after, folder).forEach(missing::remove);
        described(before, folder).forEach(surplus::remove);
        missing.forEach(
            message -> differences.add(mailbox + ", " + folder + ": missing " + message));
        surplus.forEach(
            message -> differences.add(mailbox + ", " + folder + ": not expected " + message));
      }
    }
    return new DemoComparison(expected, arrived, differences);
  }

  private static int count(Map<String, List<Held>> contents) {
    return contents.values().stream().mapToInt(List::size).sum();
  }

  private static List<String> described(Map<String, List<Held>> contents, String folder) {
    List<String> lines = new ArrayList<>();
    contents.getOrDefault(folder, List.of()).forEach(held -> lines.add(held.describe()));
    return lines;
  }

  /** Stops both servers; their mail is gone. */
  @Override
  public void close() {
    source.close();
    destination.close();
  }
}
