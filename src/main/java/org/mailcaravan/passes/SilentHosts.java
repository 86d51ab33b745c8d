package org.mailcaravan.passes;

import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.store.Hosts;
import org.mailcaravan.store.InterruptedPasses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * A source server that did not answer in several passes in a row is not asked for all its other
 * mailboxes: a thousand rows of a dead one cost a few waits. Thread-safe.
 */
public final class SilentHosts {
  private static final Logger LOG = LoggerFactory.getLogger(SilentHosts.class);

  /** After so many passes in a row the others that wait for the server end too. */
  private static final int MOST = 3;

  private final Hosts hosts;
  private final InterruptedPasses passes;

  public SilentHosts(Hosts hosts, InterruptedPasses passes) {
    this.hosts = hosts;
    this.passes = passes;
  }

  /** A pass is given up; where that is since its source server did not answer, it counts. */
  void gaveUp(Mailbox mailbox, MigrationException failure) {
    Throwable cause = failure.getCause();
    if (failure.problem().owner() == Owner.US
        || !(cause instanceof ConnectFailed silent)
        || silent.reason() != ConnectFailed.Reason.UNREACHABLE) {
      return;
    }
    String host = Hosts.name(mailbox.source());
    try {
      gaveUp(host, failure.problem());
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("it is not noted that {} did not answer: {}", host, e.getMessage());
    }
  }

  private void gaveUp(String host, Problem problem) {
    int inARow = hosts.gaveUp(host);
    if (inARow >= MOST) {
      passes.endWaiting(
          host,
          problem.withCause(
              problem.cause()
                  + "; this mailbox was not tried, since the server did not answer in "
                  + inARow
                  + " passes in a row"));
    }
  }
}
