package org.mailcaravan.passes;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.model.HostFailure;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.store.Hosts;
import org.mailcaravan.store.InterruptedPasses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Tells the governor what source servers say of how many mailboxes they bear. A host that was
 * silent for several passes in a row is not asked for all its other mailboxes. Thread-safe.
 */
public final class HostWatch {
  private static final Logger LOG = LoggerFactory.getLogger(HostWatch.class);

  /** After so many passes in a row the others that wait for the host end too. */
  private static final int MOST_SILENT = 3;

  private final Hosts hosts;
  private final InterruptedPasses passes;

  public HostWatch(Hosts hosts, InterruptedPasses passes) {
    this.hosts = hosts;
    this.passes = passes;
  }

  /** The host of a mailbox, as its passes name it. */
  private static String host(Mailbox mailbox) {
    return mailbox.source().host().toLowerCase(Locale.ROOT) + ":" + mailbox.source().port();
  }

  /** A step of a pass failed, and is tried again or not. */
  void failed(Mailbox mailbox, MigrationException failure) {
    HostFailure kind = kind(failure);
    if (kind == null) {
      return;
    }
    Duration told = failure instanceof TryAgain again ? again.after() : null;
    try {
      hosts.failed(host(mailbox), kind, told, failure.problem().cause());
    } catch (DataAccessException e) {
      LOG.warn("what {} said is not recorded: {}", mailbox.source().host(), e.getMessage());
    }
  }

  /** A pass has ended since its source server did not answer, though it was tried several times. */
  void gaveUp(Mailbox mailbox, MigrationException failure) {
    Throwable cause = failure.getCause();
    if (failure.problem().owner() == Owner.US
        || !(cause instanceof ConnectFailed silent)
        || silent.reason() != ConnectFailed.Reason.UNREACHABLE) {
      return;
    }
    int silentFor = hosts.gaveUp(host(mailbox));
    if (silentFor >= MOST_SILENT) {
      Problem problem = failure.problem();
      passes.endWaiting(
          host(mailbox),
          problem.withCause(
              problem.cause()
                  + "; this mailbox was not tried, since the server did not answer in "
                  + silentFor
                  + " passes in a row"));
    }
  }

  private static @Nullable HostFailure kind(MigrationException failure) {
    if (failure.problem().owner() == Owner.US) {
      return null;
    }
    Throwable cause = failure.getCause();
    if (cause instanceof ConnectFailed refused) {
      return switch (refused.reason()) {
        case UNREACHABLE -> HostFailure.SILENT;
        case TURNED_AWAY -> HostFailure.BYE_AT_LOGIN;
        default -> null;
      };
    }
    return switch (failure.problem().code()) {
      case TOO_MANY_LOGINS -> HostFailure.TOO_MANY_CONNECTIONS;
      case THROTTLED -> HostFailure.THROTTLED;
      default ->
          cause instanceof ConnectionLost lost && lost.isLoginLost()
              ? HostFailure.BYE_AT_LOGIN
              : null;
    };
  }
}
