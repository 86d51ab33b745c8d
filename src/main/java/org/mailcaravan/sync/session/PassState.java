package org.mailcaravan.sync.session;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.PassStopped;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.store.HostHabits;
import org.mailcaravan.sync.diagnosis.Diagnosis;

/** What all sessions of a pass have in common. Thread-safe. */
final class PassState {
  final Mailbox mailbox;
  final PassTally tally;
  final Patience patience;
  final Logins logins;
  final PassFailures failures;
  final PassSuspects suspects;
  final Renewals renewals;

  /** Sides that have lost a connection. */
  final Set<Side> brokeOff = ConcurrentHashMap.newKeySet();

  private final OpeningConnections opening = new OpeningConnections();

  final Set<Side> notCompressed = ConcurrentHashMap.newKeySet();
  final Map<Side, SideCheck> found = new ConcurrentHashMap<>();

  /** What steps keep, by their classes. */
  final Map<Class<?>, Object> kept = new ConcurrentHashMap<>();

  /** The connections of each session. */
  final List<ConnectionPair> connections = new CopyOnWriteArrayList<>();

  /** Looks at each folder that is opened. */
  volatile BiConsumer<Side, SelectedFolder> check = (side, opened) -> {};

  private final HostHabits habits;
  private final Map<Side, ServerManners> manners = new ConcurrentHashMap<>();
  private final Queue<Runnable> atEnd = new ConcurrentLinkedQueue<>();

  /** Whether another node may have the pass by now. */
  volatile BooleanSupplier leaseOver = () -> false;

  /** Whether only INBOX is copied now. */
  volatile boolean inboxOnly;

  private final AtomicReference<@Nullable Interruption> interruption = new AtomicReference<>();
  private volatile boolean cutShort;
  private volatile boolean closed;

  /**
   * @param habits what is known of servers, and is added to
   */
  PassState(
      Mailbox mailbox,
      PassTally tally,
      AccountCredentials credentials,
      Connector sourceConnector,
      Connector destinationConnector,
      Patience patience,
      HostHabits habits) {
    this.mailbox = mailbox;
    this.tally = tally;
    this.patience = patience;
    this.habits = habits;
    SourceReports reports = new SourceReports(mailbox.source(), patience, patience.diagnosis());
    this.logins =
        new Logins(
            mailbox,
            credentials,
            sourceConnector,
            destinationConnector,
            patience,
            patience.diagnosis(),
            this::manners,
            opening,
            reports);
    this.renewals = new Renewals(tally);
    this.suspects = new PassSuspects(tally, patience.diagnosis());
    this.failures = new PassFailures(tally, logins, patience, patience.diagnosis(), reports);
  }

  boolean interrupt(Interruption wanted) {
    Interruption before = interruption.getAndUpdate(now -> wanted.prevailsOver(now) ? wanted : now);
    opening.stop(wanted.reason());
    return wanted.prevailsOver(before);
  }

  void waitOtherwise(Interruption before, Interruption instead) {
    boolean unused = interruption.compareAndSet(before, instead);
  }

  @Nullable Interruption interruption() {
    return interruption.get();
  }

  /**
   * @throws PassStopped when another node may have the pass by now
   */
  void requireLease() {
    if (leaseOver.getAsBoolean()) {
      Interruption lost = Interruption.lost("its lease could not be renewed in time");
      boolean unused = interrupt(lost);
      cutShort();
      throw new PassStopped(lost.reason());
    }
  }

  boolean isCutShort() {
    return cutShort;
  }

  void cutShort() {
    cutShort = true;
  }

  Diagnosis diagnosis() {
    return patience.diagnosis();
  }

  /** How a server is spoken to. */
  ServerManners manners(Side side) {
    return manners.computeIfAbsent(
        side, made -> new ServerManners(side, logins.server(side), habits, tally));
  }

  /** Whether some session has its connections. */
  boolean isAnyOpen() {
    return connections.stream().anyMatch(ConnectionPair::areOpen);
  }

  /** Has something done once when the pass is closed. */
  void atEnd(Runnable work) {
    atEnd.add(work);
  }

  /**
   * @throws IllegalStateException when the pass was closed
   */
  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the pass of " + mailbox + " has ended");
    }
  }

  /** Closes all connections; what still works on one then fails. */
  void close() {
    closed = true;
    for (Runnable work = atEnd.poll(); work != null; work = atEnd.poll()) {
      work.run();
    }
    connections.forEach(ConnectionPair::leave);
    connections.forEach(ConnectionPair::close);
    manners.values().forEach(ServerManners::learn);
  }
}
