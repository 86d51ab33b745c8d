package org.mailcaravan.passes;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.PassProgress;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.store.Claims;
import org.mailcaravan.sync.session.Interruption;
import org.mailcaravan.sync.session.MailboxSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * The passes that this node claims: where the consumer {@code mailbox:due} gets them. Thread-safe.
 */
public final class ClaimedPasses implements DueMailboxes {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimedPasses.class);

  /** How long a pass waits whose last owner, a worker of ours, has not let go of it yet. */
  private static final Duration LETTING_GO = Duration.ofSeconds(5);

  private static final String STOPPED = "the program was told to stop";

  /** How long a pass waits that the routes did not begin: they have to be fixed first. */
  private static final Duration UNBEGUN = Duration.ofMinutes(5);

  private final Claims claims;
  private final MailboxSessions sessions;
  private final Duration pause;
  private final boolean oneRun;
  private final WaitingWorkers workers = new WaitingWorkers();
  private final Map<String, Claim> claimed = new ConcurrentHashMap<>();

  /** Of which the route still runs. */
  private final Map<String, Mailbox> ended = new ConcurrentHashMap<>();

  private volatile Runnable atEnd = () -> {};

  /**
   * @param pause between two looks where nothing is due
   * @param oneRun whether no other program goes on with what this one leaves
   */
  public ClaimedPasses(Claims claims, MailboxSessions sessions, Duration pause, boolean oneRun) {
    this.claims = claims;
    this.sessions = sessions;
    this.pause = pause;
    this.oneRun = oneRun;
  }

  /**
   * Tells when a pass has ended or was given back: its place at the host is free then.
   *
   * @param told must not wait
   */
  public void whenOneEnds(Runnable told) {
    atEnd = told;
  }

  /** The pass that was begun with this very object is open no more; its route still runs. */
  void ended(Mailbox mailbox) {
    ended.put(mailbox.id(), mailbox);
  }

  /** Whether it was {@link #ended(Mailbox)}. */
  @SuppressWarnings("ReferenceEquality") // Two passes of a mailbox have equal values.
  boolean hasEnded(Mailbox mailbox) {
    return ended.get(mailbox.id()) == mailbox;
  }

  /** A pass has ended or was given back, as the database knows. */
  void ended() {
    atEnd.run();
  }

  @Override
  public Looking looking(int atOnce) {
    return workers.looking(atOnce);
  }

  /** Waits for a pass that is due, and claims it; null when the look or the program ends. */
  @Override
  public @Nullable Mailbox next(Looking by) throws InterruptedException {
    return workers.next(by, this::look, () -> pause);
  }

  private @Nullable Mailbox look() {
    try {
      Optional<Claim> next = claims.next();
      if (next.isPresent() && sessions.isOpen(next.get().mailbox())) {
        giveBack(next.get(), LETTING_GO, WaitsFor.TURN, "this node has not let go of it yet");
        return null;
      }
      next.ifPresent(claim -> claimed.put(claim.mailbox().id(), claim));
      return next.map(Claim::mailbox).orElse(null);
    } catch (DataAccessException | TransactionException e) {
      // A database that is away comes back; the next look shows it.
      LOG.warn("the database cannot be asked for due passes: {}", e.getMessage());
      return null;
    } catch (RuntimeException | Error e) {
      // A worker that ended of it would be missing until the next start.
      LOG.error("a fault of the program at the look for due passes", e);
      return null;
    }
  }

  /**
   * The claim with which a pass begins.
   *
   * @throws IllegalStateException when the mailbox has no pass that is due here
   */
  Claim begin(Mailbox mailbox) {
    Claim claim = claimed.remove(mailbox.id());
    return claim != null
        ? claim
        : claims
            .claim(mailbox.id())
            .orElseThrow(() -> new IllegalStateException("no pass is due of " + mailbox));
  }

  /**
   * Gives a claim back with which the pass could not begin. Without that its lease would be renewed
   * for ever, and nobody would run the pass.
   */
  void notBegun(Claim claim) {
    if (sessions.isOpen(claim.mailbox())) {
      giveBack(claim, LETTING_GO, WaitsFor.TURN, "this node has not let go of it yet");
    } else {
      giveBack(claim, UNBEGUN, WaitsFor.RETRY, "this node could not begin it");
    }
  }

  /** A pass has begun; it stops at once if the program was told to stop meanwhile. */
  void begun(MailboxSession session) {
    if (workers.isEnded()) {
      boolean unused = session.interrupt(Interruption.stopped(WaitsFor.TURN, STOPPED));
    }
  }

  /** How long a claim lasts unless it is renewed. */
  Duration lease() {
    return claims.lease();
  }

  /** Gives back what was claimed and has not begun. */
  public void giveBackUnbegun() {
    claimed.values().forEach(claim -> giveBack(claim, Duration.ZERO, WaitsFor.TURN, STOPPED));
    claimed.clear();
  }

  /**
   * Gives back the pass that was claimed with this very object, if the routes have not begun it. It
   * waits some minutes then: whatever kept them from it keeps them from it again.
   *
   * @return whether there was one
   */
  @Override
  @SuppressWarnings("ReferenceEquality") // Two passes of a mailbox have equal values.
  public boolean giveBackUnbegun(Mailbox mailbox) {
    if (hasEnded(mailbox)) {
      ended.remove(mailbox.id());
    }
    Claim claim = claimed.get(mailbox.id());
    if (claim == null || claim.mailbox() != mailbox || !claimed.remove(mailbox.id(), claim)) {
      return false;
    }
    if (!workers.isEnded()) {
      LOG.error(
          "the routes took pass {} of {} and did not begin it; it is taken again in {} minutes. To"
              + " be fixed by us: See that the step begin-pass follows \"mailbox:due\" in the routes.",
          claim.pass(),
          mailbox,
          UNBEGUN.toMinutes());
    }
    if (workers.isEnded()) {
      giveBack(claim, Duration.ZERO, WaitsFor.TURN, STOPPED);
    } else {
      giveBack(claim, UNBEGUN, WaitsFor.RETRY, "the routes took it and did not begin it");
    }
    return true;
  }

  private void giveBack(Claim claim, Duration after, WaitsFor why, String reason) {
    try {
      boolean unused = claims.giveBack(claim, after, why, reason, PassProgress.NONE);
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("the pass of {} cannot be given back before its lease ends", claim.mailbox(), e);
    } finally {
      claims.drop(claim);
      ended();
    }
  }

  /** Something may be due now. */
  public void wake() {
    workers.wake();
  }

  /** Claims nothing more; the program ends. */
  public void endLooking() {
    workers.end();
  }

  /**
   * Claims nothing more, and has the passes that run stop at their next batch.
   *
   * @return their mailboxes
   */
  public List<Mailbox> stop() {
    endLooking();
    List<MailboxSession> running =
        sessions.running().stream().map(MailboxSessions.Running::session).toList();
    running.forEach(this::begun);
    return running.stream().map(MailboxSession::mailbox).toList();
  }

  /** Whether a pass that is stopped ends, since no program goes on with it. */
  boolean endsStopped() {
    return workers.isEnded() && oneRun;
  }
}
