package org.mailcaravan.passes;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Progress;
import org.mailcaravan.store.HostHabits;
import org.mailcaravan.sync.session.AccountCredentials;
import org.mailcaravan.sync.session.MailboxSession;
import org.mailcaravan.sync.session.PassTally;
import org.mailcaravan.sync.session.Patience;
import org.mailcaravan.sync.session.RunningPasses;
import org.mailcaravan.sync.session.SlowLink;

/**
 * The sessions of the passes that run now. Thread-safe. Two passes into one account never run
 * together, since both would copy the same mail: {@link #begin} waits for the other to end.
 */
public final class MailboxSessions implements RunningPasses, AutoCloseable {
  private final AccountCredentials credentials;
  private final Connector sourceConnector;
  private final Connector destinationConnector;
  private final Patience patience;
  private final SlowLink.@Nullable Limits limits;
  private final Progress progress;
  private final HostHabits habits;
  private final Map<String, MailboxSession> byMailbox = new HashMap<>();
  private final Map<String, String> mailboxByLink = new HashMap<>();
  private volatile boolean stopping;

  /**
   * @param limits which links are so slow that they are compressed; null for none
   * @param habits what is known of servers; the passes add to it
   */
  public MailboxSessions(
      AccountCredentials credentials,
      Connector sourceConnector,
      Connector destinationConnector,
      Patience patience,
      SlowLink.@Nullable Limits limits,
      Progress progress,
      HostHabits habits) {
    this.credentials = credentials;
    this.sourceConnector = sourceConnector;
    this.destinationConnector = destinationConnector;
    this.patience = patience;
    this.limits = limits;
    this.progress = progress;
    this.habits = habits;
  }

  /** Begins a pass; no connection is made yet. */
  public synchronized void begin(Mailbox mailbox) throws InterruptedException {
    String link = link(mailbox);
    while (mailboxByLink.containsKey(link)) {
      wait();
    }
    MailboxSession session =
        new MailboxSession(
            mailbox,
            new PassTally(mailbox, progress, System.nanoTime()),
            credentials,
            sourceConnector,
            destinationConnector,
            patience,
            limits,
            habits);
    mailboxByLink.put(link, mailbox.id());
    byMailbox.put(mailbox.id(), session);
  }

  /**
   * From now on no pass gets further than its beginning, and none waits to retry.
   *
   * @return the mailboxes whose passes run; they end by themselves
   */
  public synchronized List<Mailbox> stop() {
    stopping = true;
    return byMailbox.values().stream().map(MailboxSession::mailbox).toList();
  }

  @Override
  public boolean isStopping() {
    return stopping;
  }

  private static String link(Mailbox mailbox) {
    return mailbox.destinationAddress().toLowerCase(Locale.ROOT);
  }

  @Override
  public synchronized MailboxSession of(Mailbox mailbox) {
    MailboxSession session = byMailbox.get(mailbox.id());
    if (session == null) {
      throw new IllegalStateException(
          "no pass was begun for " + mailbox + "; the route must call the bean 'passes' first");
    }
    return session;
  }

  /** Ends a pass and closes its connections; its counts can still be read. */
  public MailboxSession end(Mailbox mailbox) {
    MailboxSession session = of(mailbox);
    try {
      session.close();
    } finally {
      remove(mailbox);
    }
    return session;
  }

  private synchronized void remove(Mailbox mailbox) {
    byMailbox.remove(mailbox.id());
    mailboxByLink.remove(link(mailbox), mailbox.id());
    notifyAll();
  }

  /** Ends the pass of a mailbox, if one runs. */
  void abandon(Mailbox mailbox) {
    boolean runs;
    synchronized (this) {
      runs = byMailbox.containsKey(mailbox.id());
    }
    if (runs) {
      end(mailbox);
    }
  }

  /**
   * Closes the pass that was begun with this very object, and not a later one of the same mailbox.
   *
   * @return whether it was open
   */
  @SuppressWarnings("ReferenceEquality") // Two passes of a mailbox have equal values.
  boolean closeIfOpen(Mailbox mailbox) {
    synchronized (this) {
      MailboxSession session = byMailbox.get(mailbox.id());
      if (session == null || session.mailbox() != mailbox) {
        return false;
      }
    }
    end(mailbox);
    return true;
  }

  /** Ends all passes that still run. */
  @Override
  public synchronized void close() {
    byMailbox.values().forEach(MailboxSession::close);
    byMailbox.clear();
    mailboxByLink.clear();
  }
}
