package org.mailcaravan.passes;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.AtStep;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.LeaseLost;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.InterruptedPasses;
import org.mailcaravan.store.Outage;
import org.mailcaravan.store.PassResults;
import org.mailcaravan.sync.session.Interruption;
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

  /** How long a pass waits that met a database that was away. */
  private static final Duration OUTAGE_PAUSE = Duration.ofSeconds(30);

  private final MailboxSessions sessions;
  private final Progress progress;
  private final @Nullable Rows rows;
  private final SecretMask secrets;

  /** What passes that are rows need. */
  private record Rows(
      ClaimedPasses claimed,
      PassResults results,
      Function<Claim, Database> databases,
      ReturningPasses returning,
      SilentHosts silent) {}

  private Passes(
      MailboxSessions sessions, Progress progress, @Nullable Rows rows, SecretMask secrets) {
    this.sessions = sessions;
    this.progress = progress;
    this.rows = rows;
    this.secrets = secrets;
  }

  /**
   * Looks at both sides of mailboxes; nothing is claimed and nothing recorded.
   *
   * @param secrets what is hidden where failures of steps are told
   */
  public static Passes looking(MailboxSessions sessions, Progress progress, SecretMask secrets) {
    return new Passes(sessions, progress, null, secrets);
  }

  /**
   * Passes that are rows.
   *
   * @param databases for what a pass records, as long as its claim holds
   * @param secrets what is hidden where failures of steps are told
   */
  public static Passes claimed(
      MailboxSessions sessions,
      Progress progress,
      ClaimedPasses claimed,
      PassResults results,
      Function<Claim, Database> databases,
      ReturningPasses returning,
      SilentHosts silent,
      SecretMask secrets) {
    return new Passes(
        sessions, progress, new Rows(claimed, results, databases, returning, silent), secrets);
  }

  /** Begins the pass of a mailbox that is due. */
  public void begin(Mailbox mailbox) {
    MDC.put(MailboxSession.MDC_MAILBOX, mailbox.sourceAddress());
    if (rows == null) {
      sessions.begin(mailbox);
      return;
    }
    Claim claim = rows.claimed().begin(mailbox);
    try {
      sessions.begin(claim, rows.databases().apply(claim), rows.claimed().lease());
    } catch (RuntimeException | Error e) {
      rows.claimed().notBegun(claim);
      throw e;
    }
    rows.claimed().begun(sessions.of(mailbox));
    if (claim.inboxOnly()) {
      sessions.of(mailbox).limitToInbox();
    }
    LOG.info(
        "{} pass {} begins, from {}, of migration {}",
        mailbox.pass(),
        claim.pass(),
        mailbox.source().host(),
        mailbox.migrationId());
  }

  /**
   * Records the failure of a pass or of a part of it. Anything but a {@link MigrationException} is
   * a fault of ours.
   */
  public void fail(Mailbox mailbox, Throwable failure) {
    MailboxSession session = sessions.of(mailbox);
    Throwable cause = cause(failure);
    if (cause instanceof LeaseLost lost) {
      boolean unused = session.interrupt(Interruption.lost(lost.problem().cause()));
    }
    if (rows != null && Outage.causes(failure)) {
      Claim claim = sessions.claim(mailbox);
      boolean unused =
          session.interrupt(
              Interruption.failed(
                  WaitsFor.RETRY,
                  OUTAGE_PAUSE,
                  claim == null ? 0 : claim.attempts() + 1,
                  "the database did not answer"));
    }
    if (rows != null && cause instanceof MigrationException expected) {
      rows.returning().consider(session, sessions.claim(mailbox), expected);
    }
    if (session.interruption() != null) {
      // It is met again where the pass goes on, if it is still there.
      session.cutShort();
      LOG.debug("after the pass was to stop", failure);
    } else if (cause instanceof MigrationException expected) {
      session.failed(expected);
      LOG.warn("{}", expected.problem());
      session.tally().problem(expected.problem());
      if (rows != null) {
        rows.silent().gaveUp(mailbox, expected);
      }
    } else if (rows != null && session.tally().certificate() != null && !isOutOfMemory(failure)) {
      // Nothing that moves mail comes after the comparison of both sides.
      session
          .tally()
          .note(
              "A step of the routes behind the comparison of both sides failed ("
                  + cause.getClass().getSimpleName()
                  + at(failure, " at ", "")
                  + "); the mail is not affected. To be fixed by us: See our log.");
      LOG.error(
          "a step behind the comparison of both sides failed; the pass stands: {}",
          secrets.trace(failure));
    } else {
      session.tally().fault(fault(failure, secrets));
      LOG.error("a fault of the program: {}", secrets.trace(failure));
    }
  }

  /** Whether the pass that was begun with this very object has ended, and is stored. */
  public boolean hasEnded(@Nullable Mailbox mailbox) {
    return mailbox != null && rows != null && rows.claimed().hasEnded(mailbox);
  }

  /** A step failed when the pass had ended; its result stands. */
  public void failAfterEnd(Mailbox mailbox, Throwable failure) {
    LOG.error(
        "a step behind end-pass failed, when the pass of {} had ended; its result stands: {}",
        mailbox,
        secrets.trace(failure));
    if (rows != null) {
      rows.results()
          .stepFailed(
              mailbox,
              "a step of the routes behind end-pass failed ("
                  + cause(failure).getClass().getSimpleName()
                  + at(failure, " at ", "")
                  + "); the result of the pass stands. To be fixed by us: See our log.");
    }
  }

  /** Camel wraps exceptions that are thrown inside a split. */
  static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof MigrationException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  static Problem fault(Throwable failure, SecretMask secrets) {
    boolean memory = isOutOfMemory(failure);
    return new Problem(
        ProblemCode.FAULT,
        Where.PROGRAM,
        memory
            ? "the program ran out of memory"
            : at(failure, "at ", ": ") + secrets.of(String.valueOf(failure)),
        Owner.US,
        (memory
                ? "Give it more memory (-Xmx in JAVA_OPTS) or let fewer mailboxes run at once"
                    + " (mailboxes.at-once)"
                : "Look into the log, report the fault")
            + ", and run the request again; what has arrived will not be copied twice.");
  }

  /** The step at which it failed, between two texts; empty where that is not known. */
  private static String at(Throwable failure, String before, String behind) {
    return AtStep.of(failure).map(step -> before + step + behind).orElse("");
  }

  private static boolean isOutOfMemory(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        return true;
      }
    }
    return false;
  }

  /**
   * Closes the pass that was begun with this very object, if it is open, and stores that a fault
   * ended it. One that was claimed with it and never begun goes back to its row.
   *
   * @return whether it was open
   */
  public boolean closeIfOpen(@Nullable Mailbox mailbox) {
    if (mailbox == null) {
      return false;
    }
    MailboxSessions.Running running = sessions.openedWith(mailbox);
    if (running == null) {
      return rows != null && rows.claimed().giveBackUnbegun(mailbox);
    }
    PassTally tally = running.session().tally();
    tally.fault(fault(new IllegalStateException("a fault of the program ended the pass"), secrets));
    try {
      MailboxResult unused = end(running.session().mailbox());
    } catch (RuntimeException e) {
      // Its lease ends, and then it is claimed again.
      LOG.error("the end of the pass cannot be stored", e);
    }
    return true;
  }

  /**
   * Ends the pass, stores its result, and shows it as progress. A pass that was stopped before its
   * end goes back to its row.
   *
   * @return what it did; null when it has not ended
   */
  public @Nullable MailboxResult end(Mailbox mailbox) {
    if (rows == null) {
      return sessions.end(mailbox).tally().result(System.nanoTime());
    }
    Claim claim = claim(mailbox);
    MDC.put(MailboxSession.MDC_MAILBOX, mailbox.sourceAddress());
    try {
      MailboxSession session = sessions.end(mailbox);
      if (session.isInboxOnly() && session.tally().problems().isEmpty()) {
        // Routes without the steps that end it do not make a whole pass of it.
        session.endInbox();
        session.cutShort();
      }
      if (session.hasRefusedPassword()) {
        session
            .refusedPasswords()
            .forEach(
                refused -> session.tally().note(refused.place() + ": " + refused.cause() + "."));
      }
      MailboxResult done = session.tally().result(System.nanoTime());
      Interruption interruption = session.isCutShort() ? session.interruption() : null;
      MailboxResult result =
          interruption == null
              ? ended(rows.results(), claim, done, session)
              : stopped(rows, claim, done, session, interruption);
      rows.claimed().ended(mailbox);
      return result;
    } finally {
      // If the database was away, nothing was recorded, and the lease is to end.
      rows.results().drop(claim);
      rows.claimed().ended();
      MDC.remove(MailboxSession.MDC_MAILBOX);
    }
  }

  private Claim claim(Mailbox mailbox) {
    Claim claim = sessions.claim(mailbox);
    if (claim == null) {
      throw new IllegalStateException("the pass of " + mailbox + " was begun without a claim");
    }
    return claim;
  }

  private @Nullable MailboxResult ended(
      PassResults results, Claim claim, MailboxResult done, MailboxSession session) {
    MailboxResult result = results.finish(claim, done, session.tally().soFar());
    if (result == null) {
      LOG.warn("pass {} is another node's by now; nothing is recorded of its end", claim.pass());
      return null;
    }
    LOG.info(
        "{} pass {} ended {}: {} copied, {} already there, {} moved, {} with new flags, {} set aside, {} problems,"
            + " of migration {}",
        result.mailbox().pass(),
        claim.pass(),
        result.state(),
        result.copied(),
        result.alreadyThere(),
        result.carriedOver().moved(),
        result.carriedOver().flagsUpdated(),
        result.setAside(),
        result.problems().size(),
        result.mailbox().migrationId());
    progress.mailboxFinished(result);
    return result;
  }

  private @Nullable MailboxResult stopped(
      Rows of, Claim claim, MailboxResult done, MailboxSession session, Interruption interruption) {
    PassResults results = of.results();
    Consumer<String> told =
        what -> LOG.info("pass {} {}: {}", claim.pass(), what, interruption.reason());
    switch (interruption.end()) {
      case LOST -> told.accept("is lost");
      case CANCELLED -> {
        told.accept("ends");
        MailboxResult result = results.cancel(claim, done, session.tally().soFar());
        if (result != null) {
          progress.mailboxFinished(result);
        }
        return result;
      }
      case GIVEN_BACK -> {
        if (of.claimed().endsStopped()) {
          session
              .tally()
              .problem(
                  InterruptedPasses.problem(
                      "it was not finished, since the program was told to stop"));
          return ended(results, claim, session.tally().result(System.nanoTime()), session);
        }
        told.accept("goes back to wait");
        MailboxResult cancelled =
            results.giveBack(
                claim,
                done,
                session.tally().soFar(),
                Objects.requireNonNullElse(interruption.waitsFor(), WaitsFor.TURN),
                interruption.after(),
                interruption.failures(),
                interruption.reason());
        if (cancelled != null) {
          progress.mailboxFinished(cancelled);
        }
        return cancelled;
      }
    }
    return null;
  }
}
