package org.mailcaravan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.Where;
import org.mailcaravan.passes.ClaimedPasses;
import org.mailcaravan.passes.Heartbeat;
import org.mailcaravan.passes.MailboxSessions;
import org.mailcaravan.passes.MissingMailboxes;
import org.mailcaravan.passes.Passes;
import org.mailcaravan.passes.ReturningPasses;
import org.mailcaravan.passes.SilentHosts;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.store.Claims;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Hosts;
import org.mailcaravan.store.InterruptedPasses;
import org.mailcaravan.store.NodeNames;
import org.mailcaravan.store.Nodes;
import org.mailcaravan.store.PassResults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * The life of passes in this program: how they are claimed, renewed, given back and ended, and how
 * others know that it runs. Thread-safe.
 */
final class PassLife implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PassLife.class);

  /** How often claims are renewed, progress is recorded, and people are obeyed. */
  private static final Duration BEAT = Duration.ofSeconds(2);

  /** A lease is renewed at least so many times before it would end. */
  private static final int BEATS_OF_LEASE = 5;

  /**
   * Between two looks for passes that are due: so long that an idle node sends at most one
   * statement a second, with all else that it does from time to time.
   */
  static final Duration LOOK = Duration.ofSeconds(2);

  private final Launcher.Mode mode;
  private final Database database;
  private final String node;
  private final MailboxSessions sessions;
  private final PassResults results;
  private final Claims claims;
  private final ClaimedPasses claimed;
  private final Nodes nodes;
  private final Heartbeat heartbeat;
  private final InterruptedPasses interrupted;
  private final ReturningPasses returning;
  private final Passes passes;
  private volatile @Nullable Runnable whenNameIsLost;
  private volatile boolean nameLost;
  private volatile long lookedForOrphans = System.nanoTime();

  /**
   * @param name the name of this program, where it was taken so that no other has it
   */
  PassLife(
      Settings settings,
      Launcher.Mode mode,
      Database database,
      String node,
      @Nullable NodeNames name,
      Hosts hosts,
      Events events,
      MailboxSessions sessions,
      Progress progress,
      Clock clock) {
    this.mode = mode;
    this.database = database;
    this.node = node;
    this.sessions = sessions;
    boolean oneRun = mode == Launcher.Mode.MIGRATE;
    Duration lease = settings.get(Keys.NODE_LEASE);
    MailboxMaker maker = new MailboxMaker(settings.get(Keys.CREATE_MAILBOX));
    claims = new Claims(database, node, lease, hosts, settings.get(Keys.RETRY_TAKEOVERS));
    results = new PassResults(database, claims, events, settings.finalPasses(), maker);
    claimed = new ClaimedPasses(claims, sessions, LOOK, oneRun);
    nodes = new Nodes(database, node, lease, name == null ? null : name.run());
    interrupted = new InterruptedPasses(database, claims, events, node);
    heartbeat =
        new Heartbeat(
            claims,
            sessions,
            beat(lease),
            () -> {
              if (!nodes.seen()) {
                loseName();
                return;
              }
              claims.lookForLost();
              if (System.nanoTime() - lookedForOrphans > lease.toNanos()) {
                lookedForOrphans = System.nanoTime();
                interrupted.endOrphans();
              }
            });
    returning =
        new ReturningPasses(
            settings.get(Keys.RETRY_ATTEMPTS),
            !oneRun,
            new MissingMailboxes(
                settings.get(Keys.MISSING_RETRY),
                settings.get(Keys.MISSING_RETRY_MAXIMUM),
                settings.get(Keys.MISSING_RETRY_IN_ALL),
                maker),
            settings.passwordWait(),
            clock);
    passes =
        looksOnly()
            ? Passes.looking(sessions, progress, settings.secretsOfRoutes())
            : Passes.claimed(
                sessions,
                progress,
                claimed,
                results,
                claim -> database.fencedBy(claim, claims::holds),
                returning,
                new SilentHosts(hosts, interrupted),
                settings.secretsOfRoutes());
  }

  private static Duration beat(Duration lease) {
    Duration part = lease.dividedBy(BEATS_OF_LEASE);
    return part.compareTo(BEAT) < 0 ? part : BEAT;
  }

  /** Nothing is claimed where both sides are only looked at. */
  private boolean looksOnly() {
    return mode == Launcher.Mode.CHECK || mode == Launcher.Mode.VERIFY;
  }

  /**
   * Lets go of what a program before this one had claimed, and renews what is claimed from now on.
   */
  void start() {
    if (looksOnly()) {
      return;
    }
    interrupted.letGo(!database.isShared());
    nodes.register(mode == Launcher.Mode.SERVICE ? "run" : "migrate", version());
    interrupted.endOrphans();
    heartbeat.start();
  }

  /** Of the build; unknown where the classes were not built into a package. */
  private static String version() {
    try (InputStream in = Launcher.class.getResourceAsStream("version.txt")) {
      return in == null ? "unknown" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Passes passes() {
    return passes;
  }

  ClaimedPasses claimed() {
    return claimed;
  }

  PassResults results() {
    return results;
  }

  ReturningPasses returning() {
    return returning;
  }

  /** See {@link Claims#leasesLost}. */
  long leasesLost() {
    return claims.leasesLost();
  }

  /** Says where the API of this program listens. */
  void listensAt(String url) {
    nodes.listensAt(url);
  }

  /** Has something done, at once and once, when another program has taken the name of this one. */
  void whenNameIsLost(Runnable work) {
    whenNameIsLost = work;
    if (nameLost) {
      work.run();
    }
  }

  private void loseName() {
    if (nameLost) {
      return;
    }
    nameLost = true;
    LOG.error("{}", otherOfThisName());
    claimed.endLooking();
    Runnable work = whenNameIsLost;
    if (work != null) {
      work.run();
    }
  }

  /** Why a program stops whose name another has taken. */
  Problem otherOfThisName() {
    return new Problem(
        Where.setting("node.name", "node.name = " + node),
        "another program with a copy of this data folder has taken the name and goes on with the"
            + " passes of this one",
        Owner.US,
        "Give each program a data folder and a node.name of its own, then start this one again.");
  }

  /**
   * Has running passes stop at their next batch; none begins any more.
   *
   * @return the mailboxes of those that run
   */
  List<Mailbox> stop() {
    List<Mailbox> running = claimed.stop();
    if (mode == Launcher.Mode.MIGRATE) {
      interrupted.endOwn();
    }
    return running;
  }

  /**
   * Gives everything back. What has not come to its next batch in time goes on elsewhere, as after
   * a kill.
   */
  void giveBack() {
    if (looksOnly()) {
      return;
    }
    sessions.close();
    // Under a name that another has, all that is claimed is the other's.
    if (nameLost) {
      return;
    }
    try {
      claimed.giveBackUnbegun();
      interrupted.letGo(false);
      nodes.stopped();
    } catch (DataAccessException e) {
      LOG.warn("passes could not be given back; others get them when their leases end", e);
    }
  }

  /** Renews nothing more. */
  @Override
  public void close() {
    heartbeat.close();
  }
}
