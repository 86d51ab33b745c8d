package org.mailcaravan.passes;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.LoginRefused;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.PreflightRows;
import org.mailcaravan.store.PreflightRows.Taken;
import org.mailcaravan.sync.session.Interruption;
import org.mailcaravan.sync.session.MailboxSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * The mailboxes that are looked at before anything of them is copied, and what is found: where the
 * consumer {@code mailbox:preflight} gets them, and the bean {@code preflights} of the routes. It
 * logs in on both sides as a pass would, so that the passes of a mailbox and its preflight exclude
 * each other. Thread-safe.
 */
public final class Preflights implements DueMailboxes, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Preflights.class);

  /** How often a mailbox is looked at whose server fails in a way that often passes by itself. */
  private static final int ATTEMPTS = 3;

  private static final Duration FIRST_WAIT = Duration.ofSeconds(20);

  /** A server that wants more is not asked again: what it said is what was found. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private static final Duration UNBEGUN = Duration.ofSeconds(30);

  /** Between two looks after something was due, and as long as nothing is. */
  private static final Duration BUSY = Duration.ofSeconds(2);

  /** So long that an idle node stays below one statement a second. */
  public static final Duration IDLE = Duration.ofSeconds(15);

  /** Between two looks whether a person has paused or cancelled what is under way. */
  private static final Duration CONTROL = Duration.ofSeconds(2);

  private static final long BUSY_FOR = Duration.ofMinutes(5).toNanos();

  private final PreflightRows rows;
  private final MailboxSessions sessions;
  private final Duration longest;
  private final Runnable passes;
  private final MailboxMaker maker;
  private final SecretMask secrets;
  private final Duration busy;
  private final WaitingWorkers workers = new WaitingWorkers();
  // By the very objects: of two looks at a mailbox none is taken for the other.
  private final Map<Mailbox, Taken> taken = Collections.synchronizedMap(new IdentityHashMap<>());
  private final Map<Mailbox, Open> open = Collections.synchronizedMap(new IdentityHashMap<>());
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "preflights");
            thread.setDaemon(true);
            return thread;
          });
  private volatile long busyUntil = System.nanoTime();

  /**
   * @param longest how long a look at a mailbox may take; what is known by then counts
   * @param passes wakes those who wait for a pass: one may be due after each look
   * @param secrets what is hidden where failures of steps are told
   */
  public Preflights(
      PreflightRows rows,
      MailboxSessions sessions,
      Duration longest,
      Runnable passes,
      MailboxMaker maker,
      SecretMask secrets) {
    this(rows, sessions, longest, passes, maker, secrets, BUSY);
  }

  /**
   * @param busy between two looks after something was due
   */
  Preflights(
      PreflightRows rows,
      MailboxSessions sessions,
      Duration longest,
      Runnable passes,
      MailboxMaker maker,
      SecretMask secrets,
      Duration busy) {
    this.rows = rows;
    this.sessions = sessions;
    this.longest = longest;
    this.passes = passes;
    this.maker = maker;
    this.secrets = secrets;
    this.busy = busy;
    Future<?> unused =
        watch.scheduleWithFixedDelay(
            this::obey, CONTROL.toMillis(), CONTROL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** One that is being looked at. */
  private static final class Open {
    private final Taken taken;
    private final MailboxSession session;
    private volatile @Nullable Future<?> end;
    private volatile boolean late;
    private volatile @Nullable MigrationException failure;

    Open(Taken taken, MailboxSession session) {
      this.taken = taken;
      this.session = session;
    }

    void cutOff(String why) {
      boolean unused = session.interrupt(Interruption.stopped(WaitsFor.TURN, why));
      session.close();
    }
  }

  @Override
  public Looking looking(int atOnce) {
    return workers.looking(atOnce);
  }

  @Override
  public @Nullable Mailbox next(Looking by) throws InterruptedException {
    return workers.next(
        by, this::look, () -> System.nanoTime() - busyUntil < 0 || !open.isEmpty() ? busy : IDLE);
  }

  private @Nullable Mailbox look() {
    try {
      Taken next = rows.next().orElse(null);
      if (next == null) {
        return null;
      }
      busyUntil = System.nanoTime() + BUSY_FOR;
      taken.put(next.mailbox(), next);
      return next.mailbox();
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("the database cannot be asked which mailboxes to look at: {}", e.getMessage());
      return null;
    } catch (RuntimeException | Error e) {
      LOG.error("a fault of the program at the look for mailboxes to look at", e);
      return null;
    }
  }

  /** A place at a host is free: a mailbox may be looked at that waited for one. */
  public void placeIsFree() {
    workers.wake();
  }

  /** A request has come. */
  public void wake() {
    busyUntil = System.nanoTime() + BUSY_FOR;
    workers.wake();
  }

  /** Begins the look at a mailbox; no connection is made yet. */
  public void begin(Mailbox mailbox) {
    MDC.put(MailboxSession.MDC_MAILBOX, mailbox.sourceAddress());
    Taken mine = taken.get(mailbox);
    if (mine == null) {
      throw new IllegalStateException("no preflight is due of " + mailbox);
    }
    sessions.begin(mailbox);
    taken.remove(mailbox);
    Open begun = new Open(mine, sessions.of(mailbox));
    open.put(mailbox, begun);
    begun.end = watch.schedule(() -> late(begun), longest.toMillis(), TimeUnit.MILLISECONDS);
    if (workers.isEnded()) {
      begun.cutOff("the program was told to stop");
    }
  }

  /** Ends looks that nobody wants any more; none is asked for as long as none is under way. */
  private void obey() {
    List<Open> all = List.copyOf(open.values());
    if (all.isEmpty()) {
      return;
    }
    try {
      Set<Long> unwanted = rows.unwanted();
      all.stream()
          .filter(begun -> unwanted.contains(begun.taken.id()))
          .forEach(begun -> begun.cutOff("the mailbox was paused or cancelled"));
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("the database cannot be asked which looks to end: {}", e.getMessage());
    } catch (RuntimeException | Error e) {
      LOG.error("a fault of the program at the control of looks", e);
    }
  }

  private void late(Open begun) {
    if (open.containsValue(begun)) {
      begun.late = true;
      begun.cutOff("the look at both sides takes too long");
    }
  }

  /** Records a failure of the look. */
  public void fail(Mailbox mailbox, Throwable failure) {
    Open begun = open.get(mailbox);
    Throwable cause = Passes.cause(failure);
    if (begun == null || begun.late || begun.session.interruption() != null) {
      if (LOG.isDebugEnabled()) {
        LOG.debug("a preflight that was not begun, or is to stop: {}", secrets.trace(failure));
      }
    } else if (cause instanceof MigrationException expected) {
      begun.failure = expected;
      begun.session.tally().problem(expected.problem());
    } else {
      begun.session.tally().fault(Passes.fault(failure, secrets));
      LOG.error("a fault of the program: {}", secrets.trace(failure));
    }
  }

  /** Ends the look at a mailbox: closes its connections and stores what was found. */
  public void end(Mailbox mailbox) {
    Open begun = open.remove(mailbox);
    try {
      if (begun != null) {
        Future<?> late = begun.end;
        if (late != null) {
          boolean unused = late.cancel(false);
        }
        MailboxSession unusedSession = sessions.end(mailbox);
        end(begun);
      }
    } finally {
      placeIsFree();
      passes.run();
      MDC.remove(MailboxSession.MDC_MAILBOX);
    }
  }

  private void end(Open begun) {
    Taken mine = begun.taken;
    // What the end of the program or a person caused is nothing that was found.
    if (workers.isEnded() || (!begun.late && begun.session.interruption() != null)) {
      rows.again(mine, Duration.ZERO, false);
      return;
    }
    Duration wait = begun.late ? null : wait(begun.failure, mine.attempts());
    if (wait != null) {
      LOG.info("{} is looked at again in {} seconds", mine.mailbox(), wait.toSeconds());
      rows.again(mine, wait, true);
      return;
    }
    Preflight found = found(begun);
    boolean ours =
        rows.end(
            mine,
            found,
            !isRefusedAtSource(begun),
            PreflightWords.of(found, mine.mailbox(), maker));
    LOG.info(
        "{} was looked at: {} messages, {} problems{}",
        mine.mailbox(),
        found.source().messages(),
        found.problems().size(),
        ours ? "" : "; another node has done it meanwhile");
  }

  /** How long to wait before another look; null where what was found counts. */
  private static @Nullable Duration wait(@Nullable MigrationException failure, int attempts) {
    if (!(failure instanceof TryAgain again) || attempts >= ATTEMPTS) {
      return null;
    }
    Duration told = again.after();
    Duration wait = told == null ? FIRST_WAIT.multipliedBy(1L << (attempts - 1)) : told;
    return wait.compareTo(LONGEST_WAIT) <= 0 ? wait : null;
  }

  private Preflight found(Open begun) {
    MailboxSession session = begun.session;
    if (begun.late) {
      session
          .tally()
          .note(
              "The look at both sides was ended after "
                  + longest.toSeconds()
                  + " seconds; what is not said here is not known yet.");
      for (Side side : Side.values()) {
        if (!session.hasLoggedIn(side)) {
          session.tally().problem(silent(session, side));
        }
      }
    }
    List<Problem> refused = session.refusedPasswords();
    if (!refused.isEmpty()) {
      // Whoever sent it may not be the one whose password works: nothing of the mailbox is told.
      return new Preflight(SideCheck.FAILED, SideCheck.FAILED, refused, List.of());
    }
    return new Preflight(
        counted(begun, Side.SOURCE),
        counted(begun, Side.DESTINATION),
        session.tally().problems(),
        session.tally().notes());
  }

  /** A login that works, and then a mailbox so large that it could not be counted in time. */
  private static SideCheck counted(Open begun, Side side) {
    SideCheck found = begun.session.found(side);
    return !found.ok() && begun.late && begun.session.hasLoggedIn(side)
        ? SideCheck.UNCOUNTED
        : found;
  }

  private Problem silent(MailboxSession session, Side side) {
    boolean source = side == Side.SOURCE;
    return new Problem(
        ProblemCode.UNREACHABLE,
        Where.loginAt(session.server(side)),
        "nobody was let in within " + longest.toSeconds() + " seconds",
        source ? Owner.OLD_HOST : Owner.US,
        "Check server, port and security"
            + (source ? " in the request" : " (destination.host and the lines below it)")
            + ". The pass tries it again by itself.");
  }

  /**
   * A login that the old provider refuses is not tried again at once: many lock an account after a
   * few wrong passwords. Its pass waits as if there had been no preflight.
   */
  private static boolean isRefusedAtSource(Open begun) {
    return begun.failure instanceof NeedsAttention refused
        && refused.getCause() instanceof LoginRefused
        && refused.problem().place().equals(Where.loginAt(begun.session.server(Side.SOURCE)));
  }

  @Override
  public boolean giveBackUnbegun(Mailbox mailbox) {
    end(mailbox);
    Taken mine = taken.remove(mailbox);
    if (mine == null) {
      return false;
    }
    rows.again(mine, workers.isEnded() ? Duration.ZERO : UNBEGUN, false);
    return true;
  }

  /** Looks at nothing more, and ends the looks that are under way; the program ends. */
  public void endLooking() {
    workers.end();
    List.copyOf(open.values()).forEach(begun -> begun.cutOff("the program was told to stop"));
  }

  @Override
  public void close() {
    endLooking();
    watch.shutdownNow();
  }
}
