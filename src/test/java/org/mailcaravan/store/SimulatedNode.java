package org.mailcaravan.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.PassProgress;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.store.SimulationMonitor.Work;
import org.springframework.dao.DataAccessException;

/**
 * A program as {@link Claims} expects it: it claims as long as it has free workers, renews its
 * leases, and lets a worker do nothing once its lease has ended. It can die, and it can freeze and
 * go on later as if nothing had happened.
 */
final class SimulatedNode implements AutoCloseable {
  private static final int WORKERS = 4;
  private static final long LEASE = ClaimsSimulationTest.LEASE.toNanos();

  private final Database database;
  private final String name;
  private final Claims claims;
  private final SimulationMonitor monitor;
  private final Random random;
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(WORKERS + 2);
  private final Map<Long, Work> works = new HashMap<>();
  private final List<Runnable> frozenWork = new ArrayList<>();
  private boolean dead;
  private boolean frozen;

  SimulatedNode(
      Database database, String name, Claims claims, SimulationMonitor monitor, long seed) {
    this.database = database;
    this.name = name;
    this.claims = claims;
    this.monitor = monitor;
    this.random = new Random(seed);
  }

  String name() {
    return name;
  }

  void start() {
    claims.recover();
    later(0, this::claim);
    later(LEASE / 4, this::beat);
  }

  /** Everything it does goes through here: a frozen node does it later, a dead one never. */
  private synchronized void later(long nanos, Runnable work) {
    if (dead) {
      return;
    }
    try {
      Future<?> unused = threads.schedule(() -> now(work), nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // It was closed.
    }
  }

  private void now(Runnable work) {
    synchronized (this) {
      if (dead) {
        return;
      }
      if (frozen) {
        frozenWork.add(work);
        return;
      }
    }
    try {
      work.run();
    } catch (DataAccessException e) {
      // Tried again by whoever it was: the claimer, the heartbeat; a worker's lease ends.
    }
  }

  synchronized void die() {
    dead = true;
    works.values().forEach(monitor::stops);
  }

  /** What it has in hand stays where it is; it goes on in mid-step. */
  synchronized void freeze(Duration time) {
    if (frozen || dead) {
      return;
    }
    frozen = true;
    works.values().forEach(monitor::stops);
    Future<?> unused = threads.schedule(this::thaw, time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized void thaw() {
    frozen = false;
    frozenWork.forEach(work -> later(0, work));
    frozenWork.clear();
    works.values().forEach(work -> later(0, () -> lateWrite(work)));
  }

  /** The first thing that it does is what was under way: only the fence stops it. */
  private void lateWrite(Work work) {
    write(work);
    lose(work);
  }

  private int free() {
    synchronized (this) {
      return WORKERS - works.size();
    }
  }

  private void claim() {
    try {
      while (free() > 0) {
        long asked = System.nanoTime();
        Optional<Claim> next = claims.next();
        if (next.isEmpty()) {
          break;
        }
        begin(next.get(), asked);
      }
    } finally {
      later(TimeUnit.MILLISECONDS.toNanos(10), this::claim);
    }
  }

  private void begin(Claim claim, long asked) {
    Work work = new Work(claim, asked + LEASE);
    boolean still;
    synchronized (this) {
      if (dead) {
        return;
      }
      if (frozen) {
        // It got the claim just before; it is lost, or found again when its lease has ended.
        return;
      }
      still = works.containsKey(claim.pass());
      if (!still) {
        works.put(claim.pass(), work);
        monitor.begins(work);
      }
    }
    if (still) {
      // A worker of ours has not let go of it yet.
      boolean unused =
          claims.giveBack(
              claim, Duration.ofMillis(20), WaitsFor.TURN, "not let go", PassProgress.NONE);
      return;
    }
    step(work, 1 + random.nextInt(4));
  }

  private void step(Work work, int left) {
    later(TimeUnit.MICROSECONDS.toNanos(random.nextInt(8000)), () -> doStep(work, left));
  }

  private synchronized boolean has(Work work) {
    return works.get(work.claim.pass()) == work;
  }

  private void doStep(Work work, int left) {
    if (!has(work)) {
      return;
    }
    if (work.leaseHasEnded()) {
      lose(work);
    } else if (left > 0) {
      if (write(work)) {
        step(work, left - 1);
      } else {
        lose(work);
      }
    } else {
      letGo(work);
    }
  }

  /** A transaction that asks first whether the claim holds, as all that write for a pass. */
  private boolean write(Work work) {
    return database.inTransaction(
        () -> {
          boolean holds = claims.holds(work.claim);
          if (holds) {
            monitor.writes(work);
          } else {
            monitor.refused();
          }
          return holds;
        });
  }

  private void letGo(Work work) {
    monitor.stops(work);
    if (random.nextInt(4) > 0) {
      if (claims.end(work.claim, MailboxState.COPIED, "{}")) {
        monitor.ends();
      }
    } else {
      boolean unused =
          claims.giveBack(
              work.claim,
              Duration.ofMillis(random.nextInt(30)),
              WaitsFor.RETRY,
              "simulated",
              new PassProgress(random.nextInt(9), 9, 0, 0));
    }
    lose(work);
  }

  private void lose(Work work) {
    monitor.stops(work);
    synchronized (this) {
      works.remove(work.claim.pass(), work);
    }
  }

  private void beat() {
    try {
      long asked = System.nanoTime();
      Map<Long, Work> before;
      synchronized (this) {
        before = Map.copyOf(works);
      }
      Map<Long, Long> held = new HashMap<>();
      claims.renew(Map.of()).forEach(each -> held.put(each.pass(), each.fence()));
      before.forEach(
          (pass, work) -> {
            if (Long.valueOf(work.claim.fence()).equals(held.get(pass))) {
              work.renewedUntil(asked + LEASE);
            } else {
              lose(work);
            }
          });
    } finally {
      later(LEASE / 4, this::beat);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
