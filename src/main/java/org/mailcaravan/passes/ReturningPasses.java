package org.mailcaravan.passes;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.sync.session.Attempts;
import org.mailcaravan.sync.session.Interruption;
import org.mailcaravan.sync.session.MailboxSession;

/** Decides which passes go back to their row to wait, rather than keep a worker. Thread-safe. */
public final class ReturningPasses {
  /** A wait that a worker sits out. */
  private static final Duration LONGEST_IN_WORKER = Duration.ofSeconds(10);

  private final int attempts;
  private final boolean mayWaitLong;
  private final MissingMailboxes missing;
  private final Duration passwordWait;
  private final Clock clock;

  /**
   * @param attempts how many failures in a row may bring no progress
   * @param mayWaitLong whether a pass may wait for hours; else it ends, and tells when to ask again
   * @param missing how long it waits for a mailbox at the new server, if it may wait for hours
   * @param passwordWait the same for a password at the old provider
   */
  public ReturningPasses(
      int attempts,
      boolean mayWaitLong,
      MissingMailboxes missing,
      Duration passwordWait,
      Clock clock) {
    this.attempts = attempts;
    this.mayWaitLong = mayWaitLong;
    this.missing = missing;
    this.passwordWait = passwordWait;
    this.clock = clock;
  }

  /** Has a pass wait in its row before a step of it is tried again, if the wait is long. */
  public void consider(
      MailboxSession session,
      @Nullable Claim claim,
      TryAgain failure,
      Duration wait,
      Attempts tried) {
    if (claim == null || wait.compareTo(LONGEST_IN_WORKER) <= 0) {
      return;
    }
    boolean unused =
        session.interrupt(
            Interruption.failed(
                failure.after() == null ? WaitsFor.RETRY : WaitsFor.SERVER,
                wait,
                tried.failures(),
                failure.problem().toString()));
  }

  /**
   * Has a pass wait in its row that a server does not want before a certain time, whose mailbox is
   * missing at the new server, or whose password has not come.
   */
  void consider(MailboxSession session, @Nullable Claim claim, MigrationException failure) {
    if (claim != null && mayWaitLong && MissingMailboxes.isOne(session, failure)) {
      awaitMailbox(session, claim.attempts() + 1, failure);
      return;
    }
    if (claim != null
        && mayWaitLong
        && failure.problem().code() == ProblemCode.NO_PASSWORD
        && claim.attempts() == 0) {
      // Once: whoever sends it makes the pass due.
      boolean unused =
          session.interrupt(
              Interruption.failed(
                  WaitsFor.PASSWORD, passwordWait, 1, failure.problem().toString()));
      return;
    }
    Instant notBefore = failure.problem().notBefore();
    if (claim == null
        || !mayWaitLong
        || notBefore == null
        || !(failure instanceof NeedsAttention)) {
      return;
    }
    int failures = session.tally().progress() > 0 ? 1 : claim.attempts() + 1;
    Duration wait = Duration.between(clock.instant(), notBefore);
    if (failures <= attempts && !wait.isNegative()) {
      boolean unused =
          session.interrupt(
              Interruption.failed(WaitsFor.SERVER, wait, failures, failure.problem().toString()));
    }
  }

  private void awaitMailbox(MailboxSession session, int looks, MigrationException failure) {
    Duration wait = missing.wait(looks);
    if (wait != null) {
      boolean unused =
          session.interrupt(
              Interruption.failed(
                  WaitsFor.MAILBOX,
                  wait,
                  looks,
                  missing.maker().shown(failure.problem()).toString()));
    }
  }
}
