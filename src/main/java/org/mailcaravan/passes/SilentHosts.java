package org.mailcaravan.passes;

import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.store.Hosts;
import org.mailcaravan.store.InterruptedPasses;

/**
 * A source server that did not answer in several passes in a row is not asked for all its other
 * mailboxes: a thousand rows of a dead one cost a few waits. Thread-safe.
 */
public final class SilentHosts {
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
    int inARow = hosts.gaveUp(host);
    if (inARow >= MOST) {
      Problem problem = failure.problem();
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
