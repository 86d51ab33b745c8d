package org.mailcaravan.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxVerification;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.rules.LeaveOut;
import org.mailcaravan.model.rules.MapFolder;
import org.mailcaravan.model.rules.RuleText;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.passes.ClaimedPasses;
import org.mailcaravan.passes.MailboxSessions;
import org.mailcaravan.passes.MissingMailboxes;
import org.mailcaravan.passes.Passes;
import org.mailcaravan.passes.ReturningPasses;
import org.mailcaravan.passes.SilentHosts;
import org.mailcaravan.passes.SourceHosts;
import org.mailcaravan.store.Claims;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.ExecutedStatements;
import org.mailcaravan.store.HostHabits;
import org.mailcaravan.store.Hosts;
import org.mailcaravan.store.InterruptedPasses;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.Origin;
import org.mailcaravan.store.Overview;
import org.mailcaravan.store.PassResults;
import org.mailcaravan.store.Pauses;
import org.mailcaravan.store.RefusedLogins;
import org.mailcaravan.store.Removals;
import org.mailcaravan.sync.copy.ByteBudget;
import org.mailcaravan.sync.copy.MessageBatch;
import org.mailcaravan.sync.copy.MessageBatches;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.MailboxPlan;
import org.mailcaravan.sync.session.AccountCredentials;
import org.mailcaravan.sync.session.Attempts;
import org.mailcaravan.sync.session.CopySettings;
import org.mailcaravan.sync.session.Interruption;
import org.mailcaravan.sync.session.PassTally;
import org.mailcaravan.sync.session.Patience;
import org.mailcaravan.sync.session.SlowLink;

/**
 * The engine without routes: does to a mailbox what they do, so that a test can look at each step.
 */
final class Caravan implements AutoCloseable {
  static final String USER = "ann@example.org";
  static final String PASSWORD = "secret";

  private static final String NODE = "test";

  /** Without any progress, as {@code retry.attempts}. */
  private static final int TRIES = 5;

  final Path folder;
  private final Database database;
  private final Migrations batches;
  private final MailboxSessions sessions;
  private final Passes passes;
  private final Passes looks;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final PassingTime clock = new PassingTime();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final int batchMessages;
  private final long batchBytes;
  private int lanes = 1;
  private List<LeaveOut> leftOut = List.of();
  private List<MapFolder> mapped = List.of();
  private boolean mirrorDeletions;
  private boolean cutoverSeen;
  private boolean obeyWaits = true;
  private long spoolBytes = 1L << 30;
  private long setAsideBytes = 1L << 30;
  private ByteBudget memory;
  private MailboxOperations operations;
  private volatile Server destination;
  private UnaryOperator<MessageBatch> beforeAppend = UnaryOperator.identity();

  Caravan(Path folder, int destinationPort) {
    this(folder, destinationPort, 100, 4 << 20);
  }

  Caravan(Path folder, int destinationPort, int batchMessages, long batchBytes) {
    this(folder, destinationPort, batchMessages, batchBytes, null);
  }

  Caravan(
      Path folder,
      int destinationPort,
      int batchMessages,
      long batchBytes,
      SlowLink.@Nullable Limits limits) {
    this(folder, destinationPort, batchMessages, batchBytes, limits, Duration.ofSeconds(20));
  }

  Caravan(
      Path folder,
      int destinationPort,
      int batchMessages,
      long batchBytes,
      SlowLink.@Nullable Limits limits,
      Duration readTimeout) {
    this.folder = folder;
    destination = new Server("127.0.0.1", destinationPort, Security.NONE);
    try {
      Files.createDirectories(folder.resolve("spool"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    database = FreshDatabase.in(folder);
    Events events = new Events(database, NODE);
    batches =
        new Migrations(
            database, events, new Origin(NODE, false, Duration.ofDays(14)), Clock.systemUTC());
    Connector connector =
        new Connector(
            new ConnectionRules(
                true, Set.of(), true, Set.of(), Duration.ofSeconds(10), readTimeout, null));
    this.batchMessages = batchMessages;
    this.batchBytes = batchBytes;
    Progress nobody =
        new Progress() {
          @Override
          public void mailboxWaits(Mailbox mailbox, Instant until, String why) {
            told.add("waits: " + why);
          }

          @Override
          public void mailboxGoesOn(Mailbox mailbox) {
            told.add("goes on");
          }
        };
    HostLimits limitsOfHosts = new HostLimits(4);
    Hosts hosts = new Hosts(database, NODE, limitsOfHosts);
    sessions =
        new MailboxSessions(
            new LoopbackCredentials(),
            connector,
            connector,
            new Patience(new Pauses(database), new RefusedLogins(database), clock, () -> obeyWaits)
                .reportingTo(new SourceHosts(hosts)),
            limits,
            nobody,
            new HostHabits(database, Clock.systemUTC()),
            database);
    memory = new ByteBudget(2 * batchBytes);
    operations = operations();
    Claims claims = new Claims(database, NODE, Duration.ofMinutes(10), limitsOfHosts);
    PassResults results =
        new PassResults(database, claims, events, FinalPasses.STANDARD, new MailboxMaker(false));
    passes =
        Passes.claimed(
            sessions,
            nobody,
            new ClaimedPasses(claims, sessions, Duration.ofSeconds(1), false),
            results,
            claim -> database.fencedBy(claim, claims::holds),
            new ReturningPasses(TRIES, false, MissingMailboxes.NO_WAIT, Duration.ZERO, clock),
            new SilentHosts(hosts, new InterruptedPasses(database, claims, events, NODE)),
            new SecretMask());
    looks = Passes.looking(sessions, nobody, new SecretMask());
  }

  private MailboxOperations operations() {
    return new MailboxOperations(
        sessions,
        memory,
        new CopySettings(
            lanes,
            1,
            batchMessages,
            batchBytes,
            folder.resolve("spool"),
            folder.resolve("set-aside"),
            spoolBytes,
            setAsideBytes),
        leftOut,
        mapped,
        Clock.systemUTC());
  }

  /** How all passes and nodes know a source server. */
  HostStatus host(int port) {
    return new Overview(database, Duration.ofMinutes(10))
        .hosts().stream().filter(each -> each.name().endsWith(":" + port)).findAny().orElseThrow();
  }

  /** Allows so many octets on disk: under way in all, and set aside of a mailbox. */
  void disk(long spool, long setAside) {
    spoolBytes = spool;
    setAsideBytes = setAside;
    operations = operations();
  }

  /** What is left out from now on, as in {@code copy.leave-out}. */
  void leaveOut(String rules) {
    leftOut = RuleText.leaveOut(rules);
    operations = operations();
  }

  /** Where folders go from now on, as in {@code copy.map}. */
  void map(String rules) {
    mapped = RuleText.map(rules);
    operations = operations();
  }

  /** Whether first passes remove copies of what was deleted at the source. */
  void mirrorDeletions(boolean mirror) {
    mirrorDeletions = mirror;
  }

  /** The cutover of the mailbox is seen while a pass waits or runs. */
  void cutover() {
    cutoverSeen = true;
  }

  /** Copies several folders at once. */
  void lanes(int atOnce) {
    lanes = atOnce;
    memory = new ByteBudget(2L * lanes * batchBytes);
    operations = operations();
  }

  /** From now on mail goes there. */
  void destination(Server server) {
    destination = server;
  }

  /** Of waits, what who watches was told. */
  List<String> told() {
    return told;
  }

  /** As much time as servers asked for passes at once. */
  PassingTime clock() {
    return clock;
  }

  /** Whether later passes leave accounts alone as long as servers ask for. */
  void obeyWaits(boolean obey) {
    obeyWaits = obey;
  }

  private final class LoopbackCredentials implements AccountCredentials {
    @Override
    public Credentials source(Mailbox mailbox) {
      return new Credentials.Password(mailbox.sourceUsername(), Secret.of(PASSWORD));
    }

    @Override
    public Server destinationServer() {
      return destination;
    }

    @Override
    public Credentials destination(Mailbox mailbox) {
      return new Credentials.Password(mailbox.destinationAddress(), Secret.of(PASSWORD));
    }
  }

  /** A route may check the mailbox at any time. */
  void check(Mailbox mailbox) {
    operations.check(mailbox, false);
  }

  /** As when another lane has been told that there is no room left. */
  void isFull(Mailbox mailbox) {
    sessions
        .of(mailbox)
        .failed(
            new NeedsAttention(
                new Problem(Where.MAILBOX, "it is full", Owner.US, "raise its quota"),
                new CommandRefused("APPEND", new ServerRefusal(false, "OVERQUOTA", "full"))));
  }

  /** Whether all memory for messages was given back. */
  boolean hasAllItsMemory() {
    try (ByteBudget.Part part = memory.part();
        ByteBudget.Share all = part.tryReserve(2L * lanes * batchBytes)) {
      return all != null;
    }
  }

  /** Does something to each batch before it is appended; null drops it. */
  void beforeAppend(UnaryOperator<MessageBatch> step) {
    beforeAppend = step;
  }

  /** A first pass, which may be one of several before the cutover. */
  MailboxResult pass(int sourcePort) {
    return pass(sourcePort, Pass.FIRST);
  }

  /** One pass of the mailbox of {@link #USER}, with the retries that the routes would make. */
  MailboxResult pass(int sourcePort, Pass pass) {
    return pass(USER, new Server("127.0.0.1", sourcePort, Security.NONE), pass);
  }

  /** One pass of the mailbox of a user who is called the same on both sides. */
  MailboxResult pass(String user, Server source, Pass pass) {
    Mailbox mailbox = begin(user, source, pass);
    guarded(
        mailbox,
        () -> {
          operations.check(mailbox, false);
          MailboxPlan plan = operations.folders(mailbox);
          MailboxPlan now =
              operations.reconcile(plan, mirrorDeletions && plan.mailbox().pass() == Pass.FIRST);
          if (lanes == 1) {
            now.folders().forEach(each -> guarded(mailbox, () -> copy(each)));
          } else {
            sideBySide(mailbox, now);
          }
          guarded(mailbox, () -> operations.settle(now));
          guarded(mailbox, () -> operations.verify(now, false, false));
        });
    return Objects.requireNonNull(passes.end(mailbox));
  }

  /** A pass over INBOX alone, as while the window of the mailbox is closed. */
  void inboxAlone(int sourcePort) {
    Mailbox mailbox = begin(USER, new Server("127.0.0.1", sourcePort, Security.NONE), Pass.FIRST);
    sessions.of(mailbox).limitToInbox();
    guarded(
        mailbox,
        () -> {
          operations.check(mailbox, false);
          sideBySide(mailbox, operations.reconcile(operations.folders(mailbox), mirrorDeletions));
        });
    if (passes.end(mailbox) != null) {
      throw new IllegalStateException("a pass over INBOX alone has ended as a whole one");
    }
  }

  /** Cancels a pass that runs. */
  void cancel(Mailbox mailbox) {
    boolean unused = sessions.of(mailbox).interrupt(Interruption.cancelled());
  }

  private void sideBySide(Mailbox mailbox, MailboxPlan plan) {
    CompletableFuture.allOf(
            plan.lanes().stream()
                .map(
                    lane ->
                        CompletableFuture.runAsync(
                            () ->
                                lane.forEachRemaining(
                                    folderPlan -> guarded(mailbox, () -> copy(folderPlan))),
                            threads))
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }

  /** The statements that the work has the database execute, and how often each. */
  Map<String, Integer> statements(Runnable work) {
    return ExecutedStatements.of(database, work);
  }

  /** What the command {@code check} notes of the mailbox. */
  List<String> check(int sourcePort) {
    Mailbox mailbox = look(sourcePort);
    guarded(mailbox, () -> operations.check(mailbox, true));
    return sessions.end(mailbox).tally().notes();
  }

  /** What the command {@code check} counts on one side. */
  SideCheck counted(int sourcePort, Side side) {
    Mailbox mailbox = look(sourcePort);
    operations.check(mailbox, true);
    return sessions.end(mailbox).found(side);
  }

  /** What the command {@code check} finds, which tries nothing again. */
  List<Problem> problemsOfCheck(int sourcePort) {
    Mailbox mailbox = look(sourcePort);
    try {
      operations.check(mailbox, true);
    } catch (MigrationException e) {
      looks.fail(mailbox, e);
    }
    return sessions.end(mailbox).tally().problems();
  }

  /** Compares both sides of the mailbox anew, as the command does; copies nothing. */
  MailboxVerification verify(int sourcePort, boolean deep) {
    Mailbox mailbox = look(sourcePort);
    guarded(mailbox, () -> operations.verify(operations.folders(mailbox), deep, true));
    PassTally tally = sessions.end(mailbox).tally();
    return new MailboxVerification(mailbox, tally.certificate(), tally.problems());
  }

  private Mailbox begin(String user, Server source, Pass pass) {
    Mailbox opened = open(user, source);
    database
        .jdbc()
        .sql("update pass set kind = ? where mailbox_id = ? and state = 'WAITING'")
        .params(pass.name(), opened.id())
        .update();
    if (cutoverSeen) {
      database.jdbc().sql("update mailbox set cutover_at = current_timestamp").update();
    }
    Mailbox mailbox = opened.inPass(pass);
    passes.begin(mailbox);
    operations.leaveOut(mailbox, null);
    operations.map(mailbox, null);
    return mailbox;
  }

  /** As a command does that claims no pass. */
  private Mailbox look(int sourcePort) {
    Mailbox mailbox = open(USER, new Server("127.0.0.1", sourcePort, Security.NONE));
    looks.begin(mailbox);
    operations.leaveOut(mailbox, null);
    operations.map(mailbox, null);
    return mailbox;
  }

  private Mailbox open(String user, Server source) {
    Request request =
        new Request(
            "test.csv",
            List.of(
                new RequestRow(
                    1,
                    2,
                    user,
                    Secret.of(PASSWORD),
                    source,
                    user,
                    user,
                    null,
                    null,
                    null,
                    RowOptions.NONE)),
            List.of());
    return batches.open(request).mailboxes().get(0);
  }

  /** Each step is tried again by itself, as Camel's error handler does. */
  private void copy(FolderPlan plan) {
    operations.flags(plan);
    MessageBatches pulled = operations.pull(plan);
    try {
      boolean done = true;
      while (done && pulled.hasNext()) {
        MessageBatch batch = pulled.next();
        done =
            guarded(
                plan.mailbox(),
                () -> {
                  MessageBatch changed = batch.size() == 0 ? batch : beforeAppend.apply(batch);
                  if (changed != null) {
                    operations.append(changed);
                  }
                });
      }
    } finally {
      pulled.end();
    }
  }

  /** Tries again as long as it gets further; whether it came to its end. */
  private boolean guarded(Mailbox mailbox, Runnable step) {
    Attempts tried = Attempts.NONE;
    while (true) {
      try {
        step.run();
        return true;
      } catch (TryAgain e) {
        tried = tried.failed(sessions.of(mailbox).tally());
        if (tried.failures() > TRIES) {
          passes.fail(mailbox, e);
          return false;
        }
        Duration asked = e.after();
        if (asked != null) {
          sessions.of(mailbox).waits(e, asked);
          clock.pass(asked);
        }
      } catch (MigrationException e) {
        passes.fail(mailbox, e);
        return false;
      }
    }
  }

  /** Leaves the ledger as a kill does in the middle of recognising what was there before. */
  void asKilledWhileRecognising() {
    database.jdbc().sql("update folder_pair set recognising = true").update();
    database.jdbc().sql("delete from copied_range").update();
    database.jdbc().sql("delete from recognised_account").update();
  }

  /** Its migrations were closed so long ago that what is known of them is removed. */
  void removed() {
    database
        .jdbc()
        .sql("update migration set stage = 'CLOSED', closed_at = current_timestamp")
        .update();
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(91));
    new Removals(database, new Events(database, NODE), later, Duration.ofDays(90)).run();
  }

  /** What the database holds, as H2 writes it. */
  List<String> rows() {
    return database.jdbc().sql("script nosettings").query(String.class).list();
  }

  @Override
  public void close() {
    threads.shutdown();
    sessions.close();
    database.close();
  }
}
