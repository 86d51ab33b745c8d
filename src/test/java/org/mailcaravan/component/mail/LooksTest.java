package org.mailcaravan.component.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
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
import org.mailcaravan.model.status.SupportMailboxFailure;
import org.mailcaravan.server.ScriptedImapServer;
import org.mailcaravan.server.TestClock;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.FailedLooks;
import org.mailcaravan.store.LeftMails;
import org.mailcaravan.store.Timers;

/** When a node looks into the support mailbox, and which one listens to its server. */
class LooksTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String IDLE = "IMAP4rev1 IDLE";

  @TempDir private Path folder = Path.of("");
  private final TestClock clock = TestClock.at(Instant.parse("2026-11-30T08:00:00Z"));
  private final AtomicLong nanos = new AtomicLong();
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

  private Looks looks(String node, @Nullable Arrivals arrivals, Duration between) throws Exception {
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
    return new Looks(
        mailbox,
        new Timers(database, node),
        new FailedLooks(database, clock),
        arrivals,
        between,
        clock,
        nanos::get);
  }

  @SuppressWarnings("NullAway") // They are for other strategies.
  private static void commit(Looks looks) {
    looks.commit(null, null, 0);
  }

  /** A look that goes well. */
  private static boolean look(Looks looks) {
    boolean begun = looks.begin();
    if (begun) {
      commit(looks);
    }
    return begun;
  }

  /** A look after a second, by the clock that it moves there. */
  private boolean lookLater(Looks looks) {
    nanos.addAndGet(SECOND.toNanos());
    return look(looks);
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
      assertThat(look(looks)).isTrue();
      // What arrived before the server began to tell.
      await().atMost(LIMIT).until(() -> lookLater(looks));
      assertThat(lookLater(looks)).isFalse();
      arrives.countDown();
      await().atMost(LIMIT).until(() -> lookLater(looks));
      assertThat(lookLater(looks)).isFalse();
      nanos.addAndGet(HOUR.toNanos());
      assertThat(look(looks)).isTrue();
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
      assertThat(look(one)).isTrue();
      assertThat(look(two)).isFalse();
      await().atMost(LIMIT).until(() -> server.connections() == 1);
      one.letGo();
      assertThat(look(two)).isTrue();
      assertThat(look(one)).isFalse();
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
        assertThat(look(looks)).isTrue();
        idles.await();
        looks.letGo();
        // Else it would wait for the server for five minutes.
        await()
            .atMost(LIMIT)
            .until(
                () ->
                    Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("support mail idle")));
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
      assertThat(look(looks)).isTrue();
      for (int second = 1; second <= 3; second++) {
        int before = told.get();
        await()
            .atMost(LIMIT)
            .pollInterval(Duration.ofMillis(5))
            .until(() -> !look(looks) && told.get() > before + 100);
        assertThat(lookLater(looks)).isTrue();
        assertThat(look(looks)).isFalse();
      }
      looks.letGo();
    }
  }

  @Test
  void aServerThatBreaksOffIsAskedAgainAndLessAndLessOften() throws Exception {
    List<Long> connectedAt = new CopyOnWriteArrayList<>();
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              connectedAt.add(System.nanoTime());
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
      assertThat(look(looks)).isTrue();
      await().atMost(LIMIT).until(() -> connectedAt.size() == 3);
      assertThat(Duration.ofNanos(connectedAt.get(2) - connectedAt.get(1)))
          .isGreaterThan(Duration.ofSeconds(3));
      looks.letGo();
    }
  }

  @Test
  void aLookThatFailsIsRepeatedLessAndLessOftenUntilOneGoesWell() throws Exception {
    Looks looks = looks("one", null, Duration.ZERO);
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      assertThat(looks.begin()).isTrue();
      looks.lookFailed(new MessagingException("no route"));
      waits.add(untilNextLook(looks));
    }
    assertThat(waits).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L);
    assertThat(look(looks)).isTrue();
    assertThat(look(looks)).isTrue();
    assertThat(new FailedLooks(database, clock).last()).isEmpty();
    assertThat(looks.begin()).isTrue();
    looks.lookFailed(new MessagingException("no route"));
    assertThat(untilNextLook(looks)).isEqualTo(5);
  }

  /** In seconds, by the clock that it moves there. */
  private long untilNextLook(Looks looks) {
    long waited = 0;
    for (; !looks.begin(); waited++) {
      clock.pass(Duration.ofSeconds(1));
    }
    return waited;
  }

  @Test
  void aLoginThatIsRefusedIsTriedOnceInFiveMinutesByWhicheverNodeLooks() throws Exception {
    Looks one = looks("one", null, Duration.ZERO);
    Looks two = looks("two", null, Duration.ZERO);
    assertThat(look(one)).isTrue();
    one.letGo();
    assertThat(two.begin()).isTrue();
    two.lookFailed(new AuthenticationFailedException("[AUTHENTICATIONFAILED] no\u001b[31m"));
    two.letGo();
    assertThat(untilNextLook(one)).isEqualTo(300);
    assertThat(new FailedLooks(database, clock).last().orElseThrow())
        .isEqualTo(
            new SupportMailboxFailure(
                Instant.parse("2026-11-30T08:00:00Z"),
                1,
                Instant.parse("2026-11-30T08:05:00Z"),
                true,
                "its server refuses our login: [AUTHENTICATIONFAILED] no\\u001B[31m"));
  }

  @Test
  void aNodeThatTakesOverAfterAnotherOneFailedDoesAwayWithThatFailure() throws Exception {
    Looks one = looks("one", null, Duration.ZERO);
    Looks two = looks("two", null, Duration.ZERO);
    assertThat(look(one)).isTrue();
    one.letGo();
    assertThat(two.begin()).isTrue();
    two.lookFailed(new MessagingException("no route"));
    two.letGo();
    assertThat(untilNextLook(one)).isEqualTo(5);
    commit(one);
    assertThat(new FailedLooks(database, clock).last()).isEmpty();
  }

  @Test
  void aServiceThatStartsLooksAtOnceSinceItsSettingsMayBeOtherOnes() throws Exception {
    Looks before = looks("one", null, Duration.ZERO);
    assertThat(before.begin()).isTrue();
    before.lookFailed(new AuthenticationFailedException("no"));
    assertThat(before.begin()).isFalse();
    assertThat(looks("one", null, Duration.ZERO).begin()).isTrue();
  }

  @Test
  void nobodyListensWhereNoLookGoesWell() throws Exception {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              idle(client);
              client.readLine();
              client.hangUp();
            })) {
      Looks looks = looks("one", arrivals(server.port()), Duration.ZERO);
      assertThat(look(looks)).isTrue();
      await().atMost(LIMIT).until(() -> server.connections() == 1);
      assertThat(looks.begin()).isTrue();
      looks.lookFailed(new MessagingException("no route"));
      assertThat(untilNextLook(looks)).isEqualTo(5);
      assertThat(server.connections()).isEqualTo(1);
      commit(looks);
      await().atMost(LIMIT).until(() -> server.connections() == 2);
      looks.letGo();
    }
  }
}
