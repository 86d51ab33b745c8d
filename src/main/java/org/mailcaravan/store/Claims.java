package org.mailcaravan.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.Control;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.PassProgress;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.store.DuePasses.Due;
import org.mailcaravan.store.DuePasses.Turn;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.PessimisticLockingFailureException;

/**
 * Who runs which pass. A node claims the pass whose turn it is ({@link DuePasses}) for the time of
 * a lease, renews the lease while it runs, and gives the pass back or ends it. What it does after
 * its lease was lost changes nothing: each claim has a fence, one higher than the one before. All
 * times are of the database's clock. Thread-safe.
 *
 * <p>At a host no more passes run than {@link DuePasses#ALLOWED} says: whoever claims one locks the
 * row of the host first, and counts then. Into a destination one pass runs: {@code running_into} is
 * unique. Rows are locked in the order migration, pass, mailbox, host, event; a pass and its
 * mailbox only when nobody else has them.
 */
public final class Claims {
  /** How often a claim is tried when others are quicker. */
  private static final int TRIES = 5;

  private static final String MINE = " where id = ? and fence = ? and state = 'RUNNING'";

  /** What a pass no longer has that nobody runs. */
  static final String LET_GO =
      "owner = null, lease_until = null, running_into = null, control = null";

  private static final int LONGEST_REASON = 4000;
  private static final int MOST_TAKEOVERS = 3;

  private final Database database;
  private final String node;
  private final Duration lease;
  private final Hosts hosts;
  private final Events events;
  private final DuePasses due;
  private final LostPasses lost;
  private final WaitingPasses waiting;
  private final HeldPasses held;
  private final LongAdder leasesLost = new LongAdder();

  private final AtomicLong lookedForLost;

  /**
   * @param node the name of this node, which no other node that lives has
   * @param lease how long a claim lasts unless it is renewed
   */
  public Claims(Database database, String node, Duration lease, HostLimits limits) {
    this(database, node, lease, new Hosts(database, node, limits), MOST_TAKEOVERS);
  }

  /**
   * @param mostTakeovers how often in a row a pass is taken over from an owner whose lease ended,
   *     without anything more being recorded; then it ends
   */
  public Claims(Database database, String node, Duration lease, Hosts hosts, int mostTakeovers) {
    this.database = database;
    this.node = node;
    this.lease = lease;
    this.hosts = hosts;
    this.events = new Events(database, node);
    this.due = new DuePasses(database, node);
    this.lost = new LostPasses(database, events, mostTakeovers);
    this.waiting = new WaitingPasses(database);
    this.held = new HeldPasses(database, node, lease, hosts);
    this.lookedForLost = new AtomicLong(System.nanoTime() - lease.toNanos());
  }

  /** How long a claim lasts unless it is renewed. */
  public Duration lease() {
    return lease;
  }

  /**
   * A pass that runs on this node.
   *
   * @param control what its owner is to do, if anything
   */
  public record Held(long pass, long fence, @Nullable Control control) {}

  /**
   * Takes back what a program of the same name had when it ended. To be called once, before
   * anything is claimed.
   */
  public void recover() {
    database
        .jdbc()
        .sql(
            "update pass set lease_until = current_timestamp - interval '1' second"
                + " where state = 'RUNNING' and owner = ? and lease_until > current_timestamp")
        .param(node)
        .update();
    putBackLost();
  }

  /**
   * Leases that this object found to have ended before their passes had. Each is counted by one
   * node; those of this node among them, such as after a kill.
   */
  public long leasesLost() {
    return leasesLost.sum();
  }

  /**
   * Looks, a few times in a lease, for passes whose node is gone, and for hosts that may have more
   * at once again. {@link #next} does so too, but a node whose workers are all busy claims nothing.
   */
  public void lookForLost() {
    long last = lookedForLost.get();
    long now = System.nanoTime();
    if (now - last >= lease.toNanos() / 4 && lookedForLost.compareAndSet(last, now)) {
      putBackLost();
      hosts.raise();
    }
  }

  private void putBackLost() {
    leasesLost.add(lost.putBack());
  }

  /**
   * Claims the pass whose turn it is; empty when none may run here now.
   *
   * @throws org.springframework.dao.DataAccessException when the database does not answer; whether
   *     something was claimed is not known then, and the lease ends by itself
   */
  public synchronized Optional<Claim> next() {
    lookForLost();
    for (int tries = 0; tries < TRIES; tries++) {
      Optional<Turn> turn = due.turn();
      if (turn.isEmpty()) {
        return Optional.empty();
      }
      Optional<Claim> claim = trying(() -> claimOf(turn.get()));
      if (claim.isPresent()) {
        return claim;
      }
    }
    return Optional.empty();
  }

  /**
   * Claims the waiting pass of a mailbox, whether it is its turn or not, and whatever its host may
   * have at once; empty when none waits, or another runs into its destination.
   */
  public synchronized Optional<Claim> claim(String mailboxId) {
    return trying(
        () -> {
          Optional<Due> pass = due.of(mailboxId);
          pass.ifPresent(
              each -> {
                int unused = hosts.lock(each.host());
              });
          pass.ifPresent(this::run);
          return pass;
        });
  }

  /** One transaction; empty, too, where another claim was quicker. */
  private Optional<Claim> trying(Supplier<Optional<Due>> work) {
    try {
      Optional<Due> pass = database.inTransaction(work);
      return pass.map(
          each -> {
            Claim claim =
                new Claim(
                    each.pass(),
                    each.fence() + 1,
                    each.attempts(),
                    each.inboxOnly(),
                    each.mailbox());
            held.add(claim, each.host());
            return claim;
          });
    } catch (DuplicateKeyException | PessimisticLockingFailureException e) {
      // Another pass began to run into the destination, or a row could not be had in time.
      return Optional.empty();
    }
  }

  private Optional<Due> claimOf(Turn turn) {
    boolean open =
        database
            .jdbc()
            .sql(
                "select id from migration where id = ? and not paused and not cancelled for update")
            .param(turn.migration())
            .query(String.class)
            .optional()
            .isPresent();
    Optional<Due> first = open ? due.first(turn) : Optional.empty();
    // The slots are counted after the row is locked: a statement sees what was committed before it.
    if (first.isEmpty() || !hosts.lockIfFree(first.get().host())) {
      return Optional.empty();
    }
    run(first.get());
    database
        .jdbc()
        .sql("update migration set served_at = current_timestamp where id = ?")
        .param(turn.migration())
        .update();
    return first;
  }

  private void run(Due pass) {
    own(pass);
    int rows =
        database
            .jdbc()
            .sql("update mailbox set state = ? where id = ? and not paused")
            .params(MailboxState.COPYING.name(), pass.mailbox().id())
            .update();
    check(rows);
    String kind =
        switch (pass.mailbox().pass()) {
          case FIRST -> "first pass";
          case CATCH_UP -> "catch-up pass";
          case FINAL -> "final pass";
        };
    event(
        pass.mailbox(),
        pass.pass(),
        MailboxState.COPYING,
        "the " + kind + (pass.begun() ? " goes on" : " begins"));
  }

  /** A look at the mailbox locks the host, too, and may have begun while this waited for that. */
  private void own(Due pass) {
    int rows =
        database
            .jdbc()
            .sql(
                "update pass p set state = 'RUNNING', owner = ?, lease_until = current_timestamp + "
                    + Seconds.SQL
                    + ", fence = fence + 1, running_into = destination, control = null,"
                    + " started_at = current_timestamp, waits_for = null, reason = null,"
                    + " inbox = case when cast(? as boolean) then 'ONLY' when inbox = 'DONE' then inbox end"
                    + " where id = ? and fence = ? and state <> 'ENDED'"
                    + DuePasses.NOT_LOOKED_AT)
            .params(node, Seconds.of(lease), pass.inboxOnly(), pass.pass(), pass.fence())
            .update();
    check(rows);
  }

  /** Rolls the transaction back where a person was quicker. */
  private static void check(int rows) {
    if (rows == 0) {
      throw new CannotAcquireLockException("it was changed at the same moment");
    }
  }

  private void event(Mailbox mailbox, long pass, MailboxState state, String reason) {
    events.add(
        "mailbox", "claims", mailbox.migrationId(), mailbox.id(), pass, null, state.name(), reason);
  }

  /**
   * Renews the leases of all passes that this node runs, by one statement, however many there are.
   * A lease that has ended is not renewed, even where nobody has taken the pass over yet.
   *
   * @param changed how far passes are, by their number
   * @return what this node still runs; whoever runs another pass, or one with another fence, has
   *     lost it
   */
  public List<Held> renew(Map<Long, PassProgress> changed) {
    return held.renew(changed).stream()
        .map(each -> new Held(each.pass(), each.fence(), each.control()))
        .toList();
  }

  /**
   * Gives a pass back, to wait in its row. One that waits to be tried again has one attempt more.
   * Where a request has named the mailbox since, it is due at once, on behalf of that.
   *
   * @param after how long it waits at least
   * @param why what it waits for
   * @param reason the same in words
   * @param progress how far it is; {@link PassProgress#NONE} leaves what is known
   * @return whether the claim held; if not, nothing was changed
   */
  public boolean giveBack(
      Claim claim, Duration after, WaitsFor why, String reason, PassProgress progress) {
    int attempts = claim.attempts() + (why == WaitsFor.RETRY ? 1 : 0);
    return giveBack(claim, after, why, reason, progress, attempts);
  }

  /**
   * The same.
   *
   * @param attempts how many attempts in a row have brought nothing
   */
  public boolean giveBack(
      Claim claim,
      Duration after,
      WaitsFor why,
      String reason,
      PassProgress progress,
      int attempts) {
    boolean given =
        database.inTransaction(
            () -> {
              // What is to be cancelled ends when its lease does.
              if (!lockedToGiveBack(claim)) {
                return false;
              }
              if (claim.inboxOnly() && why == WaitsFor.WINDOW) {
                database
                    .jdbc()
                    .sql("update pass set inbox = 'DONE' where id = ?")
                    .param(claim.pass())
                    .update();
              }
              if (waiting.takePlaceOfAnother(claim.pass(), claim.mailbox().id())) {
                wait(claim, Duration.ZERO, WaitsFor.TURN, reason, 0);
              } else if (why == WaitsFor.PASSWORD && hasPassword(claim.mailbox())) {
                wait(claim, Duration.ZERO, WaitsFor.TURN, "its password has come", attempts);
              } else {
                wait(claim, after, why, reason, attempts);
              }
              if (!progress.equals(PassProgress.NONE)) {
                database
                    .jdbc()
                    .sql("update pass set " + HeldPasses.PROGRESS + " where id = ?")
                    .params(HeldPasses.values(progress))
                    .param(claim.pass())
                    .update();
              }
              become(claim.mailbox(), MailboxState.QUEUED);
              event(claim.mailbox(), claim.pass(), MailboxState.QUEUED, reason);
              return true;
            });
    held.remove(claim);
    return given;
  }

  /** Whether a person has cancelled a pass that runs here. */
  boolean isToBeCancelled(Claim claim) {
    return !database
        .jdbc()
        .sql("select id from pass" + MINE + " and control = 'CANCEL'")
        .params(claim.pass(), claim.fence())
        .query(Long.class)
        .list()
        .isEmpty();
  }

  /** Locks a pass and its mailbox; whether the claim holds, and nobody has cancelled it. */
  private boolean lockedToGiveBack(Claim claim) {
    return !database
        .jdbc()
        .sql(
            "select p.id from pass p join mailbox b on b.id = p.mailbox_id"
                + " where p.id = ? and p.fence = ? and p.state = 'RUNNING'"
                + " and (p.control is null or p.control <> 'CANCEL') for update")
        .params(claim.pass(), claim.fence())
        .query(Long.class)
        .list()
        .isEmpty();
  }

  /** Whether the password has come while the pass looked for it in vain. */
  private boolean hasPassword(Mailbox mailbox) {
    return database
        .jdbc()
        .sql("select 1 from credential where mailbox_id = ? and role = 'SOURCE'")
        .param(mailbox.id())
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  private void wait(Claim claim, Duration after, WaitsFor why, String reason, int attempts) {
    database
        .jdbc()
        .sql(
            "update pass set state = 'WAITING', due_at = current_timestamp + "
                + Seconds.SQL
                + ", waits_for = ?, reason = ?, attempts = ?, takeovers = 0, "
                + LET_GO
                + MINE)
        .params(
            Seconds.of(after),
            why.name(),
            reason.substring(0, Math.min(reason.length(), LONGEST_REASON)),
            attempts,
            claim.pass(),
            claim.fence())
        .update();
  }

  /**
   * Ends a pass, in the caller's transaction if one is open. The event is left to the caller, who
   * knows the reason.
   *
   * @param outcome the state of the mailbox from now on
   * @param result what the pass brought, as stored
   * @return whether the claim held; if not, nothing was changed
   */
  public boolean end(Claim claim, MailboxState outcome, String result) {
    return end(claim, outcome, result, PassProgress.NONE);
  }

  /**
   * The same.
   *
   * @param progress how far the pass is; {@link PassProgress#NONE} leaves what is known
   */
  public boolean end(Claim claim, MailboxState outcome, String result, PassProgress progress) {
    List<Object> values = new ArrayList<>(List.of(outcome.name(), result));
    boolean known = !progress.equals(PassProgress.NONE);
    if (known) {
      values.addAll(HeldPasses.values(progress));
    }
    values.add(claim.pass());
    values.add(claim.fence());
    boolean ended =
        database.inTransaction(
            () -> {
              int rows =
                  database
                      .jdbc()
                      .sql(
                          "update pass set state = 'ENDED', ended_at = current_timestamp, outcome = ?,"
                              + " result = ?, waits_for = null, reason = null, "
                              + (known ? HeldPasses.PROGRESS + ", " : "")
                              + LET_GO
                              + MINE)
                      .params(values)
                      .update();
              if (rows > 0) {
                become(claim.mailbox(), outcome);
              }
              return rows > 0;
            });
    held.remove(claim);
    return ended;
  }

  /**
   * Whether a claim holds. Within a transaction on PostgreSQL nobody else can claim the pass until
   * that transaction has ended.
   */
  public boolean holds(Claim claim) {
    return !database
        .jdbc()
        .sql("select 1 from pass" + MINE + (database.isPostgres() ? " for key share" : ""))
        .params(claim.pass(), claim.fence())
        .query(Integer.class)
        .list()
        .isEmpty();
  }

  /**
   * Renews the lease of a claim no more: whatever runs the pass has ended. Where the pass was
   * neither given back nor ended, its lease ends, and it is claimed again. Asks nothing of the
   * database.
   */
  public void drop(Claim claim) {
    held.drop(claim);
  }

  private void become(Mailbox mailbox, MailboxState state) {
    database
        .jdbc()
        .sql("update mailbox set state = ? where id = ?")
        .params(state.name(), mailbox.id())
        .update();
  }
}
