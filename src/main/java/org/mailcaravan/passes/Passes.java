package org.mailcaravan.passes;

import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.PassResults;
import org.mailcaravan.sync.session.MailboxSession;
import org.mailcaravan.sync.session.PassTally;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Begins and ends passes, and records their problems: the bean {@code passes} of the routes.
 * Thread-safe.
 */
public final class Passes {
  private static final Logger LOG = LoggerFactory.getLogger(Passes.class);
  private static final String ACTOR = "routes";

  private final MailboxSessions sessions;
  private final Migrations migrations;
  private final PassResults results;
  private final Progress progress;

  public Passes(
      MailboxSessions sessions, Migrations migrations, PassResults results, Progress progress) {
    this.sessions = sessions;
    this.migrations = migrations;
    this.results = results;
    this.progress = progress;
  }

  /**
   * Begins the pass of a queued mailbox; waits while another pass runs into the same destination
   * account.
   */
  public void begin(Mailbox mailbox) throws InterruptedException {
    MDC.put(MailboxSession.MDC_MAILBOX, mailbox.sourceAddress());
    sessions.begin(mailbox);
    try {
      migrations.moveTo(mailbox, MailboxState.COPYING, ACTOR, mailbox.pass() + " pass begins");
    } catch (RuntimeException | Error e) {
      sessions.end(mailbox);
      throw e;
    }
    LOG.info("{} pass begins, from {}", mailbox.pass(), mailbox.source().host());
  }

  /**
   * Records the failure of a pass or of a part of it. Anything but a {@link MigrationException} is
   * a fault of ours.
   */
  public void fail(Mailbox mailbox, Throwable failure) {
    MailboxSession session = sessions.of(mailbox);
    PassTally tally = session.tally();
    // Camel wraps exceptions that are thrown inside a split.
    Throwable cause = failure;
    while (!(cause instanceof MigrationException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof TryAgain passing && sessions.isStopping()) {
      // Nothing is retried now: not this folder, nor the others.
      TryAgain last = new TryAgain(notAgain(passing.problem()), null, causeOf(passing));
      if (!(last.getCause() instanceof ImapException)) {
        session.failed(last);
        tell(tally, last);
      } else if (session.giveUp(last)) {
        tell(tally, last); // Other lanes may meet the same failure at this moment.
      }
    } else if (cause instanceof MigrationException expected) {
      session.failed(expected);
      tell(tally, expected);
    } else {
      tally.fault(fault(failure));
      LOG.error("a fault of the program", failure);
    }
  }

  private static void tell(PassTally tally, MigrationException failure) {
    LOG.warn("{}", failure.problem());
    tally.problem(failure.problem());
  }

  private static Throwable causeOf(MigrationException failure) {
    Throwable cause = failure.getCause();
    return cause == null ? failure : cause;
  }

  private static Problem notAgain(Problem problem) {
    String cause = problem.cause();
    return problem.withCause(
        (cause.endsWith(".") ? cause + " It" : cause + "; it")
            + " was not tried again, since the program was told to stop");
  }

  private static Problem fault(Throwable failure) {
    boolean memory = isOutOfMemory(failure);
    return new Problem(
        ProblemCode.FAULT,
        Where.PROGRAM,
        memory ? "the program ran out of memory" : String.valueOf(failure),
        Owner.US,
        (memory
                ? "Give it more memory (-Xmx in JAVA_OPTS) or let fewer mailboxes run at once"
                    + " (mailboxes.at-once)"
                : "Look into the log, report the fault")
            + ", and run the request again; what has arrived will not be copied twice.");
  }

  private static boolean isOutOfMemory(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        return true;
      }
    }
    return false;
  }

  /** Ends a pass, if one runs, after a fault outside of it: another pass could not begin else. */
  public void abandon(@Nullable Mailbox mailbox) {
    if (mailbox != null) {
      sessions.abandon(mailbox);
    }
  }

  /**
   * Closes the pass that was begun with this very object, if it is open; returns whether it was.
   */
  public boolean closeIfOpen(@Nullable Mailbox mailbox) {
    return mailbox != null && sessions.closeIfOpen(mailbox);
  }

  /** Ends the pass, stores its result, and shows it as progress. */
  public MailboxResult end(Mailbox mailbox) {
    MDC.put(MailboxSession.MDC_MAILBOX, mailbox.sourceAddress());
    MailboxResult result = sessions.end(mailbox).tally().result(System.nanoTime());
    results.finish(result, ACTOR);
    LOG.info(
        "{} pass ended {}: {} copied, {} already there, {} moved, {} with new flags, {} set aside, {} problems",
        mailbox.pass(),
        result.state(),
        result.copied(),
        result.alreadyThere(),
        result.carriedOver().moved(),
        result.carriedOver().flagsUpdated(),
        result.setAside(),
        result.problems().size());
    MDC.remove(MailboxSession.MDC_MAILBOX);
    progress.mailboxFinished(result);
    return result;
  }
}
