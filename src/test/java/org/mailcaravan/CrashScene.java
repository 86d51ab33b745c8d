package org.mailcaravan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.DovecotServer.Storage;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.Messages;
import org.mailcaravan.server.Proxy;
import org.mailcaravan.server.RawImap;

/**
 * Two mailboxes that the installed program moves from one real server to another, and what is
 * killed in the course of it. The same seed makes the same mail and the same sort of destination.
 */
final class CrashScene implements AutoCloseable {
  private static final List<String> USERS = List.of("ann@example.org", "ben@example.org");
  private static final String RENAMED = "Archive/2015";
  private static final String[] FOLDERS = {
    "INBOX", "Sent", "Archive", RENAMED, "Entwürfe", "with \"quotes\" and (parens) 100%"
  };
  private static final int MESSAGES = 20;
  private static final List<String> BATCH_MESSAGES = List.of("7", "3", "100", "20", "12");

  /** What destinations announce; the empty one means all that they can. */
  private static final List<String> CAPABILITIES =
      List.of(
          "",
          "IMAP4rev1 LITERAL+ UIDPLUS NAMESPACE SPECIAL-USE LIST-EXTENDED LIST-STATUS MOVE ENABLE"
              + " CONDSTORE QRESYNC",
          "IMAP4rev1");

  private static final int MOST_RUNS = 12;
  private static final int KILLED = 128 + 9;
  private static final Pattern SEALED = Pattern.compile("v[0-9]\\.[0-9a-f]{8}\\.[\\w-]+\\.[\\w-]");

  private static final String MIGRATE = "exec bin/mailcaravan migrate customers.csv";

  private final String name;
  private final RandomGenerator random;
  private final TwoServers servers;
  private final InstalledProgram program;
  private final Tripwire tripwire = new Tripwire();
  private final Proxy toSource;
  private final Proxy toDestination;
  private final List<String> story = new ArrayList<>();
  private boolean down;

  /**
   * Fills the source.
   *
   * @param home an empty folder
   * @param storage of the destination
   * @param moves whether the destination must be able to take a message out of a folder
   * @param connections how many folders of a mailbox are copied side by side
   */
  CrashScene(Path home, long seed, Storage storage, boolean moves, int connections)
      throws IOException {
    random = new SplittableRandom(seed);
    String batchMessages = BATCH_MESSAGES.get(Math.floorMod(seed, BATCH_MESSAGES.size()));
    // The last can neither MOVE nor remove a single message.
    int choices = moves ? CAPABILITIES.size() - 1 : CAPABILITIES.size();
    String capability = CAPABILITIES.get(Math.floorMod(seed, choices));
    name =
        "seed %d, batches of %s, %d connections, %s, capability '%s'"
            .formatted(seed, batchMessages, connections, storage, capability);
    servers =
        new TwoServers(
            DovecotServer.builder().compress(false),
            DovecotServer.builder().compress(false).storage(storage).capability(capability));
    toSource =
        new Proxy(
            servers.source.port(),
            tripwire.on(Moment.Way.TO_SOURCE),
            tripwire.on(Moment.Way.FROM_SOURCE));
    toDestination =
        new Proxy(
            servers.destination.port(),
            tripwire.on(Moment.Way.TO_DESTINATION),
            tripwire.on(Moment.Way.FROM_DESTINATION));
    USERS.forEach(user -> servers.userWithMail(user, MESSAGES, FOLDERS));
    program = new InstalledProgram(home);
    program.set(
        Map.of(
            "destination.host", "127.0.0.1",
            "destination.port", String.valueOf(toDestination.port()),
            "destination.security", "none",
            "source.allowed-hosts", "127.0.0.1",
            "source.insecure-hosts", "127.0.0.1",
            "copy.batch-messages", batchMessages,
            "mailbox.connections", String.valueOf(connections),
            "retry.attempts", "4",
            "retry.delay-millis", "50",
            "retry.maximum-delay-millis", "200"));
    Files.writeString(
        home.resolve("customers.csv"),
        TwoServers.HEADER
            + USERS.stream()
                .map(user -> servers.rowThrough(toSource.port(), user))
                .collect(Collectors.joining()));
  }

  RandomGenerator random() {
    return random;
  }

  /** Starts the program and kills it at a moment. */
  void killProgram(Moment moment) throws Exception {
    CompletableFuture<Process> started = new CompletableFuture<>();
    tripwire.arm(
        moment,
        reached -> {
          story.add("program at " + reached);
          // The script became the program by exec, so that this is the JVM and there is no other.
          started.join().destroyForcibly().waitFor();
        });
    Process process = program.start(MIGRATE, "run");
    started.complete(process);
    InstalledProgram.Run run = program.ended(process, "run");
    if (tripwire.disarm() || run.exit() != KILLED) {
      throw new AssertionError(this + "\nended by itself: " + run);
    }
    assertNoSecretLeft();
  }

  /** The passwords of a run are nowhere in its data folder when it is killed, not even sealed. */
  private void assertNoSecretLeft() throws IOException {
    Path data = program.home().resolve("data");
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (SEALED.matcher(text).find()) {
          throw new AssertionError(this + "\na sealed password is left in " + file);
        }
      }
    }
  }

  /**
   * Runs the program and kills the destination at each of some moments, then runs it again until
   * nothing was killed and everything is well. At random, the destination comes back at once or
   * only when the program has given up.
   */
  void killDestination(List<Moment> moments) throws Exception {
    Deque<Moment> open = new ArrayDeque<>(moments);
    boolean undisturbed = false;
    for (int runs = 1; !undisturbed; runs++) {
      undisturbed = open.isEmpty();
      armForDestination(open);
      InstalledProgram.Run run = program.run(MIGRATE);
      tripwire.disarm();
      story.add("program ended " + run.exit());
      comeBack();
      if (runs == MOST_RUNS || (undisturbed && run.exit() != 0)) {
        throw new AssertionError(this + "\ncame to this: " + run);
      }
    }
  }

  private void armForDestination(Deque<Moment> open) {
    Moment next = open.peek();
    if (next != null) {
      tripwire.arm(next, reached -> destinationDies(reached, open));
    }
  }

  private synchronized void destinationDies(Moment reached, Deque<Moment> open) {
    open.remove();
    down = true;
    servers.destination.kill();
    boolean atOnce = random.nextInt(5) > 0;
    story.add("destination at " + reached + (atOnce ? "" : ", stayed down"));
    if (atOnce) {
      comeBack();
      armForDestination(open);
    }
  }

  private synchronized void comeBack() {
    if (down) {
      servers.destination.restart();
      down = false;
    }
  }

  /** Runs the program once, and nothing is killed. */
  void finish() throws Exception {
    InstalledProgram.Run run = program.run(MIGRATE);
    if (run.exit() != 0) {
      throw new AssertionError(this + "\ncame to this: " + run);
    }
  }

  /** Mail comes in at the source. */
  void deliver() {
    story.add("new mail");
    for (String user : USERS) {
      try (RawImap imap = atSource(user)) {
        Messages messages = new Messages(random.nextLong());
        for (String folder : List.of("INBOX", "Sent", "INBOX", "Archive", "INBOX")) {
          imap.append(folder, List.of("\\Flagged"), messages.date(), messages.next());
        }
      }
    }
  }

  /** The owners change flags at the source, file messages elsewhere, and rename a folder. */
  void rearrange() {
    story.add("rearranged");
    for (String user : USERS) {
      try (RawImap imap = atSource(user)) {
        for (String folder : List.of("INBOX", "Archive", RENAMED)) {
          imap.select(folder);
          imap.command("UID STORE " + someUid() + "," + someUid() + " +FLAGS (\\Flagged $Later)");
          imap.command("UID STORE " + someUid() + "," + someUid() + " -FLAGS (\\Seen)");
        }
        imap.select("INBOX");
        imap.command("UID MOVE " + someUid() + "," + someUid() + " Archive");
        imap.select("Sent");
        imap.command("UID MOVE " + someUid() + ":" + someUid() + " INBOX");
        imap.command("RENAME \"" + RENAMED + "\" \"Archive/The year 2015\"");
      }
    }
  }

  private int someUid() {
    return 1 + random.nextInt(MESSAGES);
  }

  private RawImap atSource(String user) {
    return RawImap.login(servers.source.port(), user, TwoServers.oldPassword(user));
  }

  /** What the mailboxes hold at the source. */
  List<MailboxSnapshot> source() {
    return USERS.stream().map(servers::atSource).toList();
  }

  /** What they hold at the destination. */
  List<MailboxSnapshot> destination() {
    return USERS.stream().map(servers::atDestination).toList();
  }

  /** How it was made and what has happened so far. */
  @Override
  public String toString() {
    return name + ": " + String.join("; ", story);
  }

  @Override
  public void close() throws IOException {
    tripwire.disarm();
    toSource.close();
    toDestination.close();
    program.close();
    servers.close();
  }
}
