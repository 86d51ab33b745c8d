package org.mailcaravan.passes;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.AtStep;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.report.Reports;
import org.mailcaravan.store.PassResults;
import org.mailcaravan.store.StepQueue;
import org.mailcaravan.store.StepQueue.Occasion;
import org.mailcaravan.store.StepQueue.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * What routes of one's own do after a pass or a migration: where the consumers {@code
 * mailbox:afterPass} and {@code mailbox:afterMigration} get it. What fails in them is told and
 * tried again, and changes nothing of the pass. Thread-safe.
 */
public final class AfterSteps {
  private static final Logger LOG = LoggerFactory.getLogger(AfterSteps.class);

  /** Between two looks; most of them ask nobody. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Between two looks of a command that waits for the end of steps. */
  private static final Duration SETTLING = Duration.ofMillis(200);

  /** So often a route fails in a row before it is left alone for a while. */
  private static final int FAILURES_IN_A_ROW = 3;

  private static final Duration FIRST_REST = Duration.ofMinutes(1);
  private static final Duration LONGEST_REST = Duration.ofMinutes(10);
  private static final int LONGEST_WORDS = 500;
  private static final int DEEPEST = 10;

  private final StepQueue queue;
  private final PassResults results;
  private final Reports reports;
  private final SecretMask secrets;
  private final Clock clock;
  private volatile boolean isEnding;
  private final Map<String, Route> routes = new ConcurrentHashMap<>();

  /** What could not be stored about steps that were taken: no more than are called at once. */
  private final Queue<Runnable> late = new ConcurrentLinkedQueue<>();

  /** A route that comes after something. Consumers of older and newer route files share it. */
  private static final class Route {
    final WaitingWorkers workers = new WaitingWorkers();
    volatile @Nullable Looking newest;
    int failures;
    Instant notBefore = Instant.MIN;
  }

  /**
   * What a route is to do now.
   *
   * @param body the result of the pass or of the migration
   */
  public record AfterStep(Step step, Object body) {}

  /**
   * @param secrets what is hidden in the words of failures
   */
  public AfterSteps(
      StepQueue queue, PassResults results, Reports reports, SecretMask secrets, Clock clock) {
    this.queue = queue;
    this.results = results;
    this.reports = reports;
    this.secrets = secrets;
    this.clock = clock;
  }

  /** A look of the consumer of a route, for {@link #next}; from now on the route is called. */
  public Looking looking(String route, Occasion occasion, int atOnce) {
    queue.register(route, occasion);
    Route of = routes.computeIfAbsent(route, id -> new Route());
    Looking looking = of.workers.looking(atOnce);
    of.newest = looking;
    return looking;
  }

  /** The routes of this program have begun, and those that are gone are forgotten. */
  public void begun() {
    queue.forgetOthers();
  }

  /** Other routes have taken over in this program; those of before that are gone are forgotten. */
  public void changed() {
    routes.forEach(
        (id, route) -> {
          Looking newest = route.newest;
          if (newest != null && newest.isEnded()) {
            queue.unregister(id);
          }
        });
    try {
      queue.forgetOthers();
    } catch (DataAccessException | TransactionException e) {
      // At the next change, or start.
      LOG.warn("the database cannot be told which routes are gone", e);
    }
  }

  /** Waits for something that the route is to do; null when the look ends. */
  public @Nullable AfterStep next(String route, Looking by) throws InterruptedException {
    Route of = Objects.requireNonNull(routes.get(route));
    return of.workers.next(by, () -> look(route, of), () -> PAUSE);
  }

  private @Nullable AfterStep look(String route, Route of) {
    try {
      storeLate();
      Instant now = clock.instant();
      if (isResting(of, now)) {
        return null;
      }
      Step step = queue.take(route, now).orElse(null);
      return step == null ? null : withBody(step);
    } catch (DataAccessException | TransactionException e) {
      // A database that is away comes back; the next look shows it.
      LOG.warn("the database cannot be asked what the route {} is to do", route, e);
      return null;
    } catch (RuntimeException | Error e) {
      // A worker that ended of it would be missing until the next start.
      LOG.error("a fault of the program at the look for what the route {} is to do", route, e);
      return null;
    }
  }

  private @Nullable AfterStep withBody(Step step) {
    Optional<?> body;
    try {
      body = step.pass() == null ? reports.ended(step.migration()) : results.ofPass(step.pass());
    } catch (DataAccessException | TransactionException e) {
      store(step, () -> queue.giveBack(step));
      throw e;
    } catch (RuntimeException | Error e) {
      String words = words(null, e);
      store(step, () -> queue.failed(step, words));
      throw e;
    }
    if (body.isEmpty()) {
      store(step, () -> queue.notNeeded(step, "passes of it run again, and it is done after them"));
      return null;
    }
    return new AfterStep(step, body.get());
  }

  /** Stores it now, or at the next look: who has taken a step keeps it for a day otherwise. */
  private void store(Step step, Runnable change) {
    try {
      change.run();
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("the database cannot be told what became of a call of {}", step.route(), e);
      late.add(change);
    }
  }

  private void storeLate() {
    for (Runnable change = late.poll(); change != null; change = late.poll()) {
      try {
        change.run();
      } catch (DataAccessException | TransactionException e) {
        late.add(change);
        throw e;
      }
    }
  }

  private static boolean isResting(Route route, Instant now) {
    synchronized (route) {
      return now.isBefore(route.notBefore);
    }
  }

  /** The route has done it. */
  public void done(AfterStep what) {
    record(what, () -> queue.done(what.step), false);
  }

  /**
   * The route has failed; it is called again later.
   *
   * @param place the step that failed; null where that is not known
   */
  public void failed(AfterStep what, @Nullable String place, Throwable failure) {
    String words = words(place, failure);
    record(what, () -> queue.failed(what.step, words), true);
    if (LOG.isDebugEnabled()) {
      LOG.debug("the route {} failed: {}", what.step.route(), secrets.trace(failure));
    }
  }

  private void record(AfterStep what, Runnable change, boolean isFailure) {
    Route route = routes.get(what.step.route());
    if (route != null) {
      synchronized (route) {
        route.failures = isFailure ? route.failures + 1 : 0;
        int more = route.failures - FAILURES_IN_A_ROW;
        Duration rest = FIRST_REST.multipliedBy(1L << Math.max(0, Math.min(more, 10)));
        route.notBefore =
            more < 0
                ? Instant.MIN
                : clock.instant().plus(rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST);
      }
    }
    store(what.step, change);
  }

  /** The deepest cause: Camel wraps what fails in a split. */
  private String words(@Nullable String place, Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; depth < DEEPEST && cause.getCause() != null; depth++) {
      cause = cause.getCause();
    }
    String message = cause.getMessage() == null ? "" : ": " + cause.getMessage();
    String text =
        AtStep.of(failure)
                .or(() -> Optional.ofNullable(place).map(step -> "the step \"" + step + "\""))
                .map(step -> "at " + step + ": ")
                .orElse("")
            + cause.getClass().getSimpleName()
            + message;
    return VisibleText.of(secrets.of(text, Math.min(text.length(), LONGEST_WORDS)));
  }

  /**
   * Waits until every route has been called once for what came after a migration and its passes,
   * for a command that ends then.
   *
   * @param longest how long to wait
   * @return what is not done, in words, the first ones; nothing tries it again before the next
   *     program on this data folder. Where the database does not say it, one sentence about that
   */
  public List<String> settle(String migration, Duration longest, int most)
      throws InterruptedException {
    if (!queue.isUsed()) {
      return List.of();
    }
    try {
      return settled(migration, longest, most);
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("the database cannot be asked what routes have done after {}", migration, e);
      return List.of(
          "the database does not say whether the routes after passes and migrations were called;"
              + " the next program on this data folder calls those that were not");
    }
  }

  private List<String> settled(String migration, Duration longest, int most)
      throws InterruptedException {
    // What has ended is queued, whenever the consumers look next.
    queue.readOn(clock.instant());
    long end = System.nanoTime() + longest.toNanos();
    CountDownLatch never = new CountDownLatch(1);
    while (System.nanoTime() - end < 0
        && !isEnding
        && queue.untried(migration, thoseThatWork()) > 0) {
      routes.values().forEach(route -> route.workers.wake());
      boolean unused = never.await(SETTLING.toMillis(), TimeUnit.MILLISECONDS);
    }
    return queue.open(migration, most);
  }

  /** {@link #settle} waits no longer. */
  public void endSettling() {
    isEnding = true;
  }

  /** The routes that are not left alone for a while. */
  private List<String> thoseThatWork() {
    Instant now = clock.instant();
    return routes.entrySet().stream()
        .filter(route -> !isResting(route.getValue(), now))
        .map(Map.Entry::getKey)
        .toList();
  }
}
