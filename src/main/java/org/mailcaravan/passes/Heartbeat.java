package org.mailcaravan.passes;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.PassProgress;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.passes.MailboxSessions.Running;
import org.mailcaravan.store.Claims;
import org.mailcaravan.store.Claims.Held;
import org.mailcaravan.sync.session.Interruption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the leases of the passes that run here, records how far they are, and brings back what
 * people want of them. A pass whose lease is lost, or could not be renewed in time, is cut off
 * before another node may have it.
 */
public final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  /** How long a pass that is to stop may finish its batch before its connections are closed. */
  public static final Duration GRACE = Duration.ofSeconds(20);

  private final Claims claims;
  private final MailboxSessions sessions;
  private final Duration beat;
  private final Runnable alive;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Map<Long, Long> stoppingSince = new HashMap<>();
  private final Map<Long, PassProgress> told = new HashMap<>();

  /**
   * @param beat between two renewals
   * @param alive done with each one: says that this program lives; it may throw
   */
  public Heartbeat(Claims claims, MailboxSessions sessions, Duration beat, Runnable alive) {
    this.claims = claims;
    this.sessions = sessions;
    this.beat = beat;
    this.alive = alive;
  }

  public void start() {
    start("heartbeat", this::beat);
    start("leases", this::cutOff);
  }

  private void start(String name, Runnable work) {
    Thread thread = new Thread(() -> every(work), name);
    thread.setDaemon(true);
    thread.start();
  }

  private void every(Runnable work) {
    try {
      while (!ended.await(beat.toMillis(), TimeUnit.MILLISECONDS)) {
        work.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void beat() {
    attempted("leases cannot be renewed", this::renew);
    attempted("nobody can be told that this program runs", alive);
  }

  private static void attempted(String failure, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.warn("{}: {}", failure, e.getMessage());
    } catch (Error e) {
      LOG.error("{}", failure, e);
    }
  }

  private void renew() {
    List<Running> running = sessions.running().stream().filter(r -> r.claim() != null).toList();
    if (running.isEmpty()) {
      stoppingSince.clear();
      told.clear();
      return;
    }
    renew(running);
    Set<Long> numbers = running.stream().map(Heartbeat::number).collect(Collectors.toSet());
    stoppingSince.keySet().retainAll(numbers);
    told.keySet().retainAll(numbers);
    running.forEach(this::closeAfterGrace);
  }

  /**
   * This machine may have slept, or the database does not answer: others take over what is ours. In
   * a thread of its own, since a renewal may wait for the database for long.
   */
  private void cutOff() {
    attempted("passes whose leases have ended cannot be cut off", this::cutOffNow);
  }

  private void cutOffNow() {
    for (Running each : sessions.running()) {
      LeaseTime time = each.lease();
      if (time != null && time.isOver()) {
        lose(each, "its lease could not be renewed in time");
      }
    }
  }

  private void renew(List<Running> running) {
    Map<Long, PassProgress> changed = new HashMap<>();
    for (Running each : running) {
      PassProgress soFar = each.session().tally().soFar();
      if (!soFar.equals(told.get(number(each)))) {
        changed.put(number(each), soFar);
      }
    }
    long asked = System.nanoTime();
    Map<Long, Held> held =
        claims.renew(changed).stream().collect(Collectors.toMap(Held::pass, Function.identity()));
    told.putAll(changed);
    for (Running each : running) {
      Held ours = held.get(number(each));
      if (ours == null || ours.fence() != claim(each).fence()) {
        lose(each, "another node has taken it over, or it has ended");
      } else {
        Objects.requireNonNull(each.lease()).renewed(asked);
        obey(each, ours);
      }
    }
  }

  private static void obey(Running running, Held held) {
    if (held.control() == null) {
      return;
    }
    Interruption wanted =
        switch (held.control()) {
          case PAUSE -> Interruption.stopped(WaitsFor.RESUME, "it was paused");
          case WINDOW -> Interruption.stopped(WaitsFor.WINDOW, "its window has closed");
          case CANCEL -> Interruption.cancelled();
        };
    boolean unused = running.session().interrupt(wanted);
  }

  private void lose(Running running, String reason) {
    // A pass that has just ended here is not in the database either.
    if (sessions.isOpen(running.session().mailbox())
        && running.session().interrupt(Interruption.lost(reason))) {
      LOG.warn(
          "pass {} of {} is cut off: {}", number(running), running.session().mailbox(), reason);
      running.session().cutShort();
    }
    running.session().close();
  }

  private void closeAfterGrace(Running running) {
    Interruption interruption = running.session().interruption();
    if (interruption == null) {
      return;
    }
    long since = stoppingSince.computeIfAbsent(number(running), pass -> System.nanoTime());
    if (System.nanoTime() - since > GRACE.toNanos()) {
      running.session().cutShort();
      running.session().close();
    }
  }

  private static long number(Running running) {
    return claim(running).pass();
  }

  private static Claim claim(Running running) {
    @Nullable Claim claim = running.claim();
    if (claim == null) {
      throw new IllegalStateException("no claim");
    }
    return claim;
  }

  /** Renews nothing more. */
  @Override
  public void close() {
    ended.countDown();
  }
}
