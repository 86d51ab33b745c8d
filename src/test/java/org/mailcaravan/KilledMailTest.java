package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.LineProxy;
import org.mailcaravan.server.RawImap;
import org.mailcaravan.server.UsedPasswords;
import org.mailcaravan.store.Database;

/**
 * Kills the service while it takes a mail and answers it: at each command that it sends to the two
 * mail servers, before the command arrives or before its answer does, and in between. The next
 * start brings the rest: one migration of each mail, and one answer.
 *
 * <p>A few of these moments are tried, by {@code -Dcrash.seed}; {@code -Dcrash.mails=100} tries
 * each one.
 */
@Lengthy
@EnabledIfInstalled("dovecot")
class KilledMailTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long SEED = Long.getLong("crash.seed", 1);
  private static final int TRIED = Integer.getInteger("crash.mails", 3);

  /** Between the mail and the command that follows when it was taken, in the full test. */
  private static final int IN_BETWEEN = 6;

  private static final String SUPPORT = "support@new.example";
  private static final String DESK = UsedPasswords.add("the desk's own 1");
  private static final String PASSWORD = UsedPasswords.add("anna's s3cret words");

  @TempDir private Path temp = Path.of("");

  private final DovecotServer support =
      DovecotServer.builder().compress(false).start().addUser(SUPPORT, DESK);
  private final GreenMail sink =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

  /**
   * When it is killed.
   *
   * @param command what it sends then
   * @param nth the how manieth command of this kind since the mail is there, from 1
   * @param arrives whether the server gets the command, and only its answer is lost
   * @param later how long after the command
   */
  private record Moment(String command, int nth, boolean arrives, Duration later) {
    /** Whether the answer is out then, and the program does not know that yet. */
    boolean isAfterAnswer() {
      return command.equals("END OF DATA") && arrives;
    }

    @Override
    public String toString() {
      return "%s %d %s %d ms"
          .formatted(command, nth, arrives ? "arrives" : "is lost", later.toMillis());
    }
  }

  /** Stands before both servers; ends the program at a moment. */
  private static final class Executioner {
    private final NodeProcess node;
    private final Map<String, Integer> seen = new HashMap<>();
    private final List<String> order = new ArrayList<>();
    private @Nullable Moment moment;
    private CountDownLatch dead = new CountDownLatch(1);
    private boolean mailIsRead;
    private boolean isAnswered;

    Executioner(NodeProcess node) {
      this.node = node;
    }

    /** A mail is delivered next. */
    synchronized void begin(@Nullable Moment next) {
      seen.clear();
      order.clear();
      mailIsRead = false;
      isAnswered = false;
      moment = next;
      dead = new CountDownLatch(1);
    }

    synchronized List<String> order() {
      return List.copyOf(order);
    }

    /** Whether an answer has reached the server since the mail was read. */
    synchronized boolean isAnswered() {
      return isAnswered;
    }

    void awaitKill() throws InterruptedException {
      CountDownLatch mine;
      synchronized (this) {
        mine = dead;
      }
      assertThat(mine.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as(() -> moment + " never comes: " + order() + "\n" + node.log())
          .isTrue();
    }

    /** A command comes by; gives what goes on. */
    String pass(String line) {
      String command = kind(line);
      Moment now;
      synchronized (this) {
        mailIsRead |= command.equals("FETCH");
        if (command.isEmpty() || !mailIsRead) {
          return line;
        }
        order.add(command);
        Moment wanted = moment;
        if (wanted == null
            || !wanted.command.equals(command)
            || seen.merge(command, 1, Integer::sum) != wanted.nth) {
          isAnswered |= command.equals("END OF DATA");
          return line;
        }
        isAnswered |= wanted.isAfterAnswer();
        now = wanted;
        moment = null;
      }
      if (now.later.isZero()) {
        kill();
      } else {
        Thread killer = new Thread(() -> killAfter(now.later), "killer");
        killer.setDaemon(true);
        killer.start();
      }
      return now.arrives ? line : "NOOP";
    }

    private void killAfter(Duration time) {
      try {
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
        kill();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void kill() {
      CountDownLatch mine;
      synchronized (this) {
        mine = dead;
      }
      try {
        node.kill();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      mine.countDown();
    }

    /** What a line of a client is; empty for the lines of a mail. */
    private static String kind(String line) {
      String upper = line.toUpperCase(Locale.ROOT);
      for (String smtp : List.of("EHLO ", "MAIL FROM:", "RCPT TO:", "DATA")) {
        if (smtp.length() == 4 ? upper.equals(smtp) : upper.startsWith(smtp)) {
          return smtp.substring(0, 4);
        }
      }
      if (line.equals(".")) {
        return "END OF DATA";
      }
      if (upper.matches("[A-Z]+[0-9]+ [A-Z]+( .*)?")) {
        String[] words = upper.split(" ", 4);
        return words[1].equals("UID") ? words[2] : words[1];
      }
      return "";
    }
  }

  @Test
  @Timeout(1800)
  void oneMailIsOneMigrationAndOneAnswerWheneverTheProgramIsKilled() throws Exception {
    sink.start();
    Executioner[] executioner = new Executioner[1];
    try (support;
        LineProxy imap = proxy(support.port(), executioner);
        LineProxy smtp = proxy(sink.getSmtp().getPort(), executioner);
        NodeProcess node = node(imap.port(), smtp.port())) {
      executioner[0] = new Executioner(node);
      node.start();
      Set<Integer> mayBeAnsweredTwice = new TreeSet<>();
      List<Moment> moments = moments(executioner[0]);
      for (int i = 0; i < moments.size(); i++) {
        Moment moment = moments.get(i);
        executioner[0].begin(moment);
        deliver(i + 1);
        executioner[0].awaitKill();
        if (executioner[0].isAnswered()) {
          mayBeAnsweredTwice.add(i + 1);
        }
        node.start();
        awaitAnswered(i + 1, moment);
      }
      node.tellToStop();
      node.awaitStopped(PATIENCE);
      assertOneOfEach(node, moments, mayBeAnsweredTwice);
    } finally {
      sink.stop();
    }
  }

  private static LineProxy proxy(int port, Executioner[] executioner) {
    return new LineProxy(port, line -> executioner[0].pass(line), line -> line);
  }

  private NodeProcess node(int imap, int smtp) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("destination.port", "1");
    settings.put("preflight.enabled", "false");
    settings.put("answers.poll-millis", "200");
    settings.put("mail.host", "127.0.0.1");
    settings.put("mail.port", String.valueOf(imap));
    settings.put("mail.security", "none");
    settings.put("mail.username", SUPPORT);
    settings.put("mail.password", DESK);
    settings.put("mail.poll-millis", "200");
    settings.put("mail.idle", "false");
    settings.put("mail.answers-per-hour", "1000");
    settings.put("tell.mail.messages", "");
    settings.put("mail.allowed-senders", "@kunde.example");
    settings.put("mail.from", SUPPORT);
    settings.put("mail.envelope-from", "bounces@new.example");
    settings.put("smtp.host", "127.0.0.1");
    settings.put("smtp.port", String.valueOf(smtp));
    settings.put("smtp.security", "none");
    return new NodeProcess(Files.createDirectory(temp.resolve("node")), "node-a", null, settings);
  }

  /** Each moment of a mail that is taken undisturbed. */
  private List<Moment> moments(Executioner executioner) throws Exception {
    executioner.begin(null);
    deliver(0);
    awaitAnswered(0, null);
    await().atMost(PATIENCE).until(() -> executioner.order().contains("LOGOUT"));
    List<Moment> moments = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (String command : executioner.order()) {
      int nth = seen.merge(command, 1, Integer::sum);
      if (nth <= 2 && !command.equals("LOGIN") && !command.equals("NOOP")) {
        moments.add(new Moment(command, nth, false, Duration.ZERO));
        moments.add(new Moment(command, nth, true, Duration.ZERO));
      }
    }
    int fetches =
        Collections.frequency(
            executioner.order().subList(0, executioner.order().indexOf("STORE")), "FETCH");
    Random random = new Random(SEED);
    for (int i = 0; i < IN_BETWEEN; i++) {
      Duration later = Duration.ofMillis(1 + random.nextInt(80) + 80L * i);
      moments.add(new Moment("FETCH", fetches, true, later));
    }
    assertThat(moments).hasSizeGreaterThanOrEqualTo(20);
    Collections.shuffle(moments, random);
    return moments.subList(0, Math.min(TRIED, moments.size()));
  }

  private void deliver(int number) {
    String mail =
        """
        From: Anna <anna%1$d@kunde.example>
        To: support@new.example
        Subject: Move
        Message-ID: <request%1$d@kunde.example>

        E-mail address: anna%1$d@old.example
        Password: %2$s
        New password: %2$s
        IMAP server: 127.0.0.1
        Port: 1
        Security: none
        """
            .formatted(number, PASSWORD)
            .replace("\n", "\r\n");
    try (RawImap imap = RawImap.login(support.port(), SUPPORT, DESK)) {
      imap.append(
          "INBOX",
          Set.of(),
          OffsetDateTime.parse("2026-01-02T03:04:05Z"),
          mail.getBytes(StandardCharsets.UTF_8));
    }
  }

  private List<String> answers(int number) {
    List<String> ids = new ArrayList<>();
    for (MimeMessage answer : sink.getReceivedMessages()) {
      try {
        if (("<request" + number + "@kunde.example>").equals(answer.getHeader("In-Reply-To", ""))) {
          ids.add(answer.getMessageID());
        }
      } catch (MessagingException e) {
        throw new IllegalStateException(e);
      }
    }
    return ids;
  }

  private void awaitAnswered(int number, @Nullable Moment moment) {
    await("of mail " + number + ", " + moment)
        .atMost(PATIENCE)
        .until(() -> !answers(number).isEmpty() && isTaken());
  }

  private boolean isTaken() {
    try (RawImap imap = RawImap.login(support.port(), SUPPORT, DESK)) {
      return imap.status("INBOX", "MESSAGES").contains("MESSAGES 0");
    }
  }

  private static Path data(NodeProcess node) {
    return node.program().home().resolve("data");
  }

  private void assertOneOfEach(
      NodeProcess node, List<Moment> moments, Set<Integer> mayBeAnsweredTwice) {
    for (int number = 0; number <= moments.size(); number++) {
      String moment = number == 0 ? "undisturbed" : moments.get(number - 1).toString();
      List<String> ids = answers(number);
      assertThat(Set.copyOf(ids)).as(moment).hasSize(1);
      // A server that has taken a mail and could not say so gets it again, as the very same mail.
      boolean lostItsReply = number > 0 && moments.get(number - 1).isAfterAnswer();
      assertThat(ids)
          .as(moment)
          .hasSizeBetween(lostItsReply ? 2 : 1, mayBeAnsweredTwice.contains(number) ? 2 : 1);
    }
    try (Database database = Database.inFolder(data(node))) {
      List<String> mailboxes =
          database
              .jdbc()
              .sql(
                  "select b.source_address from migration_mailbox m join mailbox b on b.id = m.mailbox_id")
              .query(String.class)
              .list();
      assertThat(mailboxes).hasSize(moments.size() + 1).doesNotHaveDuplicates();
      assertThat(
              database.jdbc().sql("select count(*) from migration").query(Integer.class).single())
          .isEqualTo(moments.size() + 1);
    }
  }
}
