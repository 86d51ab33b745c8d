package org.mailcaravan.passes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Progress;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.HostHabits;
import org.mailcaravan.sync.session.AccountCredentials;
import org.mailcaravan.sync.session.MailboxSession;
import org.mailcaravan.sync.session.PassTally;
import org.mailcaravan.sync.session.Patience;
import org.mailcaravan.sync.session.RunningPasses;
import org.mailcaravan.sync.session.SlowLink;

/** The sessions of the passes that run in this program. Thread-safe. */
public final class MailboxSessions implements RunningPasses, AutoCloseable {
  private final AccountCredentials credentials;
  private final Connector sourceConnector;
  private final Connector destinationConnector;
  private final Patience patience;
  private final SlowLink.@Nullable Limits limits;
  private final Progress progress;
  private final HostHabits habits;
  private final Database ledger;
  private final Map<String, Running> byMailbox = new HashMap<>();

  /**
   * A pass that runs.
   *
   * @param claim null when both sides are only looked at
   * @param database for what it records
   * @param lease null when both sides are only looked at
   */
  record Running(
      MailboxSession session,
      @Nullable Claim claim,
      Database database,
      @Nullable LeaseTime lease) {}

  /**
   * @param limits which links are so slow that they are compressed; null for none
   * @param habits what is known of servers; the passes add to it
   * @param ledger what was copied
   */
  public MailboxSessions(
      AccountCredentials credentials,
      Connector sourceConnector,
      Connector destinationConnector,
      Patience patience,
      SlowLink.@Nullable Limits limits,
      Progress progress,
      HostHabits habits,
      Database ledger) {
    this.credentials = credentials;
    this.sourceConnector = sourceConnector;
    this.destinationConnector = destinationConnector;
    this.patience = patience;
    this.limits = limits;
    this.progress = progress;
    this.habits = habits;
    this.ledger = ledger;
  }

  /** Begins a look at both sides, which claims nothing; no connection is made yet. */
  void begin(Mailbox mailbox) {
    put(new Running(session(mailbox), null, ledger, null));
  }

  /**
   * Begins a pass; no connection is made yet.
   *
   * @param database for what it records, as long as the claim holds
   * @param lease how long that is
   */
  void begin(Claim claim, Database database, Duration lease) {
    LeaseTime time = new LeaseTime(lease);
    MailboxSession session = session(claim.mailbox());
    session.endsWith(time::isOver);
    put(new Running(session, claim, database, time));
  }

  private MailboxSession session(Mailbox mailbox) {
    return new MailboxSession(
        mailbox,
        new PassTally(mailbox, progress, System.nanoTime()),
        credentials,
        sourceConnector,
        destinationConnector,
        patience,
        limits,
        habits);
  }

  private synchronized void put(Running running) {
    Running before = byMailbox.putIfAbsent(running.session().mailbox().id(), running);
    if (before != null) {
      throw new IllegalStateException("a pass of " + running.session().mailbox() + " runs already");
    }
  }

  /** Those that run now. */
  synchronized List<Running> running() {
    return new ArrayList<>(byMailbox.values());
  }

  /** Whether a pass of the mailbox is open here. */
  synchronized boolean isOpen(Mailbox mailbox) {
    return byMailbox.containsKey(mailbox.id());
  }

  private synchronized Running find(Mailbox mailbox) {
    Running running = byMailbox.get(mailbox.id());
    if (running == null) {
      throw new IllegalStateException(
          "no pass was begun for " + mailbox + "; the route must call the bean 'passes' first");
    }
    return running;
  }

  @Override
  public MailboxSession of(Mailbox mailbox) {
    return find(mailbox).session();
  }

  @Override
  public Database database(Mailbox mailbox) {
    return find(mailbox).database();
  }

  /** The claim of a pass, or null when both sides are only looked at. */
  public @Nullable Claim claim(Mailbox mailbox) {
    return find(mailbox).claim();
  }

  /** Ends a pass and closes its connections; its counts can still be read. */
  public MailboxSession end(Mailbox mailbox) {
    MailboxSession session = of(mailbox);
    try {
      session.close();
    } finally {
      synchronized (this) {
        byMailbox.remove(mailbox.id());
      }
    }
    return session;
  }

  /**
   * The pass that was begun with this very object, and not a later one of the same mailbox; null
   * when it is not open.
   */
  @SuppressWarnings("ReferenceEquality") // Two passes of a mailbox have equal values.
  synchronized @Nullable Running openedWith(Mailbox mailbox) {
    Running running = byMailbox.get(mailbox.id());
    return running == null || running.session().mailbox() != mailbox ? null : running;
  }

  /** Ends all passes that still run. */
  @Override
  public void close() {
    running().forEach(running -> running.session().close());
    synchronized (this) {
      byMailbox.clear();
    }
  }
}
