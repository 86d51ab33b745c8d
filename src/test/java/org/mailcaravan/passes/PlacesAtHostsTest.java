package org.mailcaravan.passes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.model.Channel;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.store.Claims;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.HostHabits;
import org.mailcaravan.store.Hosts;
import org.mailcaravan.store.InterruptedPasses;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.Origin;
import org.mailcaravan.store.PassResults;
import org.mailcaravan.store.Pauses;
import org.mailcaravan.store.PreflightRows;
import org.mailcaravan.store.RefusedLogins;
import org.mailcaravan.sync.session.AccountCredentials;
import org.mailcaravan.sync.session.Patience;

/** Passes and looks at both sides take the places of one host, here the only one. */
class PlacesAtHostsTest {
  private static final String NODE = "one";
  private static final Server SOURCE = new Server("imap.old.example", 993, Security.TLS);

  /** No test waits for that: whoever gets something before was woken. */
  private static final Duration NEVER = Duration.ofHours(1);

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final AtomicInteger wokenPasses = new AtomicInteger();
  private Database database;
  private PreflightRows rows;
  private MailboxSessions sessions;
  private Passes passes;
  private ClaimedPasses claimed;
  private Preflights preflights;

  @BeforeEach
  void open() {
    database = Database.open("jdbc:h2:mem:" + UUID.randomUUID(), "", Secret.of(""));
    Events events = new Events(database, NODE);
    HostLimits one = new HostLimits(1);
    Hosts hosts = new Hosts(database, NODE, one);
    Claims claims = new Claims(database, NODE, Duration.ofMinutes(10), one);
    rows = new PreflightRows(database, NODE, hosts, events, NEVER, NEVER, false);
    sessions = sessions();
    claimed = new ClaimedPasses(claims, sessions, NEVER, false);
    passes =
        Passes.claimed(
            sessions,
            new Progress() {},
            claimed,
            new PassResults(
                database, claims, events, FinalPasses.STANDARD, new MailboxMaker(false)),
            claim -> database.fencedBy(claim, claims::holds),
            new ReturningPasses(
                1, false, MissingMailboxes.NO_WAIT, Duration.ZERO, Clock.systemUTC()),
            new SilentHosts(hosts, new InterruptedPasses(database, claims, events, NODE)),
            new SecretMask());
    preflights =
        new Preflights(
            rows,
            sessions,
            NEVER,
            wokenPasses::incrementAndGet,
            new MailboxMaker(false),
            new SecretMask(),
            NEVER);
    claimed.whenOneEnds(preflights::placeIsFree);
  }

  @AfterEach
  void close() {
    preflights.close();
    database.close();
  }

  private MailboxSessions sessions() {
    Connector nowhere =
        new Connector(
            new ConnectionRules(
                false,
                Set.of(),
                false,
                Set.of(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                null));
    return new MailboxSessions(
        new NoLogins(),
        nowhere,
        nowhere,
        new Patience(
            new Pauses(database), new RefusedLogins(database), Clock.systemUTC(), () -> false),
        null,
        new Progress() {},
        new HostHabits(database, Clock.systemUTC()),
        database);
  }

  /** Nothing is connected to. */
  private static final class NoLogins implements AccountCredentials {
    @Override
    public Credentials source(Mailbox mailbox) {
      throw new AssertionError();
    }

    @Override
    public Server destinationServer() {
      return new Server("imap.new.example", 993, Security.TLS);
    }

    @Override
    public Credentials destination(Mailbox mailbox) {
      throw new AssertionError();
    }
  }

  /** Opens a migration of one mailbox. */
  private void request(String user, @Nullable PreflightRows looks) {
    RequestRow row =
        new RequestRow(
            1,
            2,
            user + "@old.example",
            Secret.of("secret"),
            SOURCE,
            user,
            user + "@new.example",
            null,
            null,
            null,
            RowOptions.NONE);
    new Migrations(
            database,
            new Events(database, NODE),
            new Origin(NODE, false, Duration.ofDays(14)),
            Clock.systemUTC(),
            looks)
        .open(
            new Request(
                Channel.COMMAND, user + ".csv", List.of(row), List.of(), RequestReading.UNKNOWN));
  }

  /** Waits for something that is due, until it has looked once and found nothing. */
  private static FutureTask<@Nullable Mailbox> waiting(DueMailboxes due) {
    FutureTask<@Nullable Mailbox> next = new FutureTask<>(() -> due.next(due.looking(9)));
    Thread thread = new Thread(next, "waits");
    thread.setDaemon(true);
    thread.start();
    await().atMost(LIMIT).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    return next;
  }

  private static Mailbox gotten(FutureTask<@Nullable Mailbox> next) throws Exception {
    return Objects.requireNonNull(next.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
  }

  @Test
  void aMailboxIsLookedAtAsSoonAsThePassEndsThatHasThePlace() throws Exception {
    request("large", null);
    Mailbox running = Objects.requireNonNull(claimed.next(claimed.looking(9)));
    passes.begin(running);
    request("small", rows);
    preflights.wake();
    FutureTask<@Nullable Mailbox> look = waiting(preflights);
    assertThat(look).isNotDone();

    assertThat(passes.end(running)).isNotNull();

    assertThat(gotten(look).sourceAddress()).isEqualTo("small@old.example");
  }

  @Test
  void aPassThatWasTakenAndNotBegunFreesItsPlaceToo() throws Exception {
    request("large", null);
    Mailbox taken = Objects.requireNonNull(claimed.next(claimed.looking(9)));
    request("small", rows);
    preflights.wake();
    FutureTask<@Nullable Mailbox> look = waiting(preflights);

    assertThat(claimed.giveBackUnbegun(taken)).isTrue();

    assertThat(gotten(look).sourceAddress()).isEqualTo("small@old.example");
  }

  @Test
  void aPassThatCannotBeginGoesBackToItsRowAndDoesNotRunForEver() throws Exception {
    request("large", null);
    Mailbox taken = Objects.requireNonNull(claimed.next(claimed.looking(9)));
    sessions.begin(taken);

    assertThatThrownBy(() -> passes.begin(taken)).hasMessageContaining("runs already");

    assertThat(
            database
                .jdbc()
                .sql("select state || ', ' || waits_for from pass")
                .query(String.class)
                .single())
        .isEqualTo("WAITING, TURN");
  }

  @Test
  void thoseWhoWaitForPassesAreWokenAfterEachLook() throws Exception {
    request("small", rows);
    preflights.wake();
    Mailbox mailbox = Objects.requireNonNull(preflights.next(preflights.looking(9)));
    preflights.begin(mailbox);

    preflights.end(mailbox);

    assertThat(wokenPasses).hasValue(1);
  }
}
