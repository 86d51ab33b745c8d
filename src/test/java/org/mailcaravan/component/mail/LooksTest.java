package org.mailcaravan.component.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.server.ScriptedImapServer;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.LeftMails;
import org.mailcaravan.store.Timers;

/** When a node looks into the support mailbox, and which one listens to its server. */
class LooksTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String IDLE = "IMAP4rev1 IDLE";

  @TempDir private Path folder = Path.of("");
  private Database database;

  @BeforeEach
  void open() {
    database = Database.inFolder(folder);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static Arrivals arrivals(int port) {
    Duration patience = Duration.ofMinutes(5);
    return new Arrivals(
        new Connector(
            new ConnectionRules(true, Set.of(), true, Set.of(), patience, patience, null)),
        new Server("127.0.0.1", port, Security.NONE),
        new Credentials.Password(ScriptedImapServer.USER, Secret.of(ScriptedImapServer.PASSWORD)),
        "INBOX",
        Duration.ofMinutes(4));
  }

  private Looks looks(String node, Arrivals arrivals, Duration between) throws Exception {
    SupportMailbox mailbox =
        new SupportMailbox(
            new SupportMailbox.Account(
                "imap",
                new Server("127.0.0.1", 1, Security.NONE),
                ScriptedImapServer.USER,
                Secret.of(ScriptedImapServer.PASSWORD),
                "INBOX"),
            1,
            SSLContext.getDefault(),
            new LeftMails(database, Clock.systemUTC()));
    return new Looks(mailbox, new Timers(database, node), arrivals, between);
  }

  /** A server that tells of mail when it is told to. */
  private static void idle(ScriptedImapServer.Client client) throws Exception {
    client.loggedIn(IDLE);
    client.expect("EXAMINE \"INBOX\"");
    client.untagged("3 EXISTS");
    client.ok("[READ-ONLY] open");
    client.expect("IDLE");
    client.proceed("idling");
  }

  @Test
  void looksOnceInAWhileAndWheneverTheServerTellsOfMail() throws Exception {
    CountDownLatch arrives = new CountDownLatch(1);
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              idle(client);
              arrives.await();
              client.untagged("4 EXISTS");
              client.readLine();
              client.hangUp();
            })) {
      Arrivals arrivals = arrivals(server.port());
      Looks looks = looks("one", arrivals, HOUR);
      assertThat(looks.begin()).isTrue();
      // What arrived before the server began to tell.
      await().atMost(LIMIT).until(looks::begin);
      assertThat(looks.begin()).isFalse();
      arrives.countDown();
      await().atMost(LIMIT).until(looks::begin);
      assertThat(looks.begin()).isFalse();
      looks.letGo();
    }
  }

  @Test
  void oneNodeListensAndAnotherWhenThatOneStops() throws Exception {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              idle(client);
              client.readLine();
              client.hangUp();
            })) {
      Looks one = looks("one", arrivals(server.port()), Duration.ZERO);
      Looks two = looks("two", arrivals(server.port()), Duration.ZERO);
      assertThat(one.begin()).isTrue();
      assertThat(two.begin()).isFalse();
      await().atMost(LIMIT).until(() -> server.connections() == 1);
      one.letGo();
      assertThat(two.begin()).isTrue();
      assertThat(one.begin()).isFalse();
      await().atMost(LIMIT).until(() -> server.connections() == 2);
      two.letGo();
    }
  }

  @Test
  void aServerThatSaysNothingHoldsUpNoStop() throws Exception {
    for (boolean greets : new boolean[] {false, true}) {
      CountDownLatch idles = new CountDownLatch(1);
      try (ScriptedImapServer server =
          ScriptedImapServer.start(
              client -> {
                if (greets) {
                  idle(client);
                }
                idles.countDown();
                client.readLine();
                client.hangUp();
              })) {
        Looks looks = looks("one", arrivals(server.port()), HOUR);
        assertThat(looks.begin()).isTrue();
        idles.await();
        long begun = System.nanoTime();
        looks.letGo();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
      }
    }
  }

  @Test
  void aServerThatTellsWithoutEndCausesFewLooks() throws Exception {
    AtomicInteger told = new AtomicInteger();
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              idle(client);
              while (!client.hasHungUp()) {
                client.untagged("4 EXISTS");
                told.incrementAndGet();
              }
              client.hangUp();
            })) {
      Looks looks = looks("one", arrivals(server.port()), HOUR);
      assertThat(looks.begin()).isTrue();
      int count = 0;
      long begun = System.nanoTime();
      while (System.nanoTime() - begun < Duration.ofSeconds(3).toNanos()) {
        count += looks.begin() ? 1 : 0;
      }
      looks.letGo();
      assertThat(count).isBetween(1, 3);
      assertThat(told).hasValueGreaterThan(100);
    }
  }

  @Test
  void aServerThatBreaksOffIsAskedAgainAndLessAndLessOften() throws Exception {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              idle(client);
              if (client.number() == 1) {
                client.hangUp();
              } else {
                client.ok("ended at once");
                client.expect("LOGOUT");
                client.ok("gone");
                client.hangUp();
              }
            })) {
      Looks looks = looks("one", arrivals(server.port()), HOUR);
      assertThat(looks.begin()).isTrue();
      await().atMost(LIMIT).until(() -> server.connections() == 2);
      long second = System.nanoTime();
      await().atMost(LIMIT).until(() -> server.connections() == 3);
      assertThat(Duration.ofNanos(System.nanoTime() - second)).isGreaterThan(Duration.ofSeconds(3));
      looks.letGo();
    }
  }
}
