package org.mailcaravan.store;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.status.Gauges;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.model.status.MailboxFilter;
import org.mailcaravan.model.status.MailboxHistory;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.MigrationHistory;
import org.mailcaravan.model.status.MigrationStatus;
import org.mailcaravan.model.status.NodeStatus;
import org.mailcaravan.model.status.PassFilter;
import org.mailcaravan.model.status.PassStatus;
import org.mailcaravan.model.status.ProblemFilter;
import org.mailcaravan.model.status.ProblemStatus;
import org.mailcaravan.model.status.Status;
import org.mailcaravan.model.status.Target;

/**
 * How everything stands. Each answer takes a bounded number of statements, however many mailboxes
 * there are. A limit is 1 to 1000; another number is brought into that range. Thread-safe.
 */
public final class Overview {
  /** The limit of who names none. */
  public static final int USUAL_LIMIT = 100;

  /** The largest limit. */
  public static final int LARGEST_LIMIT = 1000;

  /**
   * @param lease how long a node counts as alive after it was seen
   */
  public Overview(Database database, Duration lease) {}

  /**
   * What an argument of a person names: a migration or a mailbox by its id, mailboxes by an address
   * at the source or the destination in any case, source servers by host or host and port.
   *
   * @return at most 1000; empty when nothing is named so
   */
  public List<Target> find(String idOrAddress) {
    throw new UnsupportedOperationException(idOrAddress);
  }

  /**
   * How everything stands, or what the arguments name as in {@link #find}. Without arguments,
   * migrations that have ended a day ago and more are left out unless they need a person.
   *
   * @param bound how many mailboxes are listed at most
   */
  public Status status(Collection<String> idsOrAddresses, int bound) {
    throw new UnsupportedOperationException(idsOrAddresses + " " + bound);
  }

  /** One migration. */
  public Optional<MigrationHistory> migration(String id) {
    throw new UnsupportedOperationException(id);
  }

  /**
   * Migrations, newest first.
   *
   * @param after the id of the last one known; null for the first page
   */
  public List<MigrationStatus> migrations(@Nullable String after, int limit) {
    throw new UnsupportedOperationException(after + " " + limit);
  }

  /**
   * Mailboxes by their ids.
   *
   * @param after the id of the last one known; null for the first page
   */
  public List<MailboxStatus> mailboxes(MailboxFilter filter, @Nullable String after, int limit) {
    throw new UnsupportedOperationException(filter + " " + after + " " + limit);
  }

  /** A mailbox by its id, or by an address that only it has; empty when none or several have it. */
  public Optional<MailboxHistory> mailbox(String idOrAddress) {
    throw new UnsupportedOperationException(idOrAddress);
  }

  /**
   * Passes, newest first.
   *
   * @param before the number of the last one known; null for the first page
   */
  public List<PassStatus> passes(PassFilter filter, @Nullable Long before, int limit) {
    throw new UnsupportedOperationException(filter + " " + before + " " + limit);
  }

  /** One pass. */
  public Optional<PassStatus> pass(long id) {
    throw new UnsupportedOperationException("" + id);
  }

  /**
   * Problems of the last pass of each mailbox, newest first.
   *
   * @param before the id of the last one known; null for the first page
   */
  public List<ProblemStatus> problems(ProblemFilter filter, @Nullable String before, int limit) {
    throw new UnsupportedOperationException(filter + " " + before + " " + limit);
  }

  /** Source servers by their names; at most 1000, those that are in use first. */
  public List<HostStatus> hosts() {
    throw new UnsupportedOperationException();
  }

  /** Nodes, those that run first; at most 1000. */
  public List<NodeStatus> nodes() {
    throw new UnsupportedOperationException();
  }

  /** Numbers for metrics. */
  public Gauges metrics() {
    throw new UnsupportedOperationException();
  }
}
