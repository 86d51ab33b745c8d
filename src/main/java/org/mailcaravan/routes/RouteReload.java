package org.mailcaravan.routes;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.status.RefusedRoutes;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a running service use route files that were changed, added or deleted: {@code routes.reload}.
 * They are checked as at a start; with a mistake in one of them, the routes run on as they were.
 * What is under way ends on the routes that it began with. Thread-safe.
 */
public final class RouteReload implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RouteReload.class);

  /** A change counts when two looks have found the same: an editor may be in the middle of it. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Before another try where an entrance was busy, or a route did not start. */
  private static final Duration REST = Duration.ofMinutes(1);

  private static final Duration STOP = Duration.ofSeconds(30);

  private final Settings settings;
  private final CamelProgram program;
  private final RunningRoutes routes;
  private final Clock clock;
  private final SecretMask secrets;
  private final Runnable changed;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "route files"));
  private Map<Path, ByteBuffer> inUse;
  private Map<Path, ByteBuffer> seen;
  private @Nullable Map<Path, ByteBuffer> rejected;
  private long notBefore = System.nanoTime();
  private boolean toldOfRoom;
  private volatile @Nullable RefusedRoutes refused;

  private RouteReload(
      Settings settings,
      CamelProgram program,
      RunningRoutes routes,
      Clock clock,
      Runnable changed) {
    this.settings = settings;
    this.program = program;
    this.routes = routes;
    this.inUse = routes.filesAtStart();
    this.seen = inUse;
    this.clock = clock;
    this.secrets = settings.secretsOfRoutes();
    this.changed = changed;
  }

  /**
   * Looks at the files from now on.
   *
   * @param changed called each time when other routes have taken over
   */
  public static RouteReload start(
      Settings settings,
      CamelProgram program,
      RunningRoutes routes,
      Clock clock,
      Runnable changed) {
    RouteReload reload = new RouteReload(settings, program, routes, clock, changed);
    Future<?> unused =
        reload.thread.scheduleWithFixedDelay(
            reload::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    LOG.info("changed route files in {} are used without a restart", reload.folder());
    return reload;
  }

  private Path folder() {
    return settings.get(Keys.ROUTES_FOLDER);
  }

  /** Why the files as they are now are not used; empty where they are. */
  public Optional<RefusedRoutes> refused() {
    return Optional.ofNullable(refused);
  }

  private void look() {
    try {
      routes.stopEnded();
      Map<Path, ByteBuffer> files = RouteFile.contents(folder());
      if (!files.equals(seen)) {
        seen = files;
        notBefore = System.nanoTime();
      } else if (files.equals(inUse)) {
        accepted();
      } else if (!files.equals(rejected) && System.nanoTime() - notBefore >= 0 && hasRoom()) {
        use(files);
      }
    } catch (UncheckedIOException e) {
      // A file that has gone between two steps; the next look finds what is there then.
      LOG.debug("the route files cannot be read", e);
    } catch (RequestRejected e) {
      rejected = null;
      refuse(e.problems(), "; tried again each second");
    } catch (RuntimeException | Error e) {
      LOG.error("a fault of the program at the look at route files", e);
    }
  }

  private boolean hasRoom() {
    boolean hasRoom = routes.hasRoom();
    if (!hasRoom && !toldOfRoom) {
      LOG.warn(
          "changed route files are used when what began on routes before an earlier change has"
              + " ended: routes of {} changes run at once, and no more may",
          RunningRoutes.MOST);
    }
    toldOfRoom = !hasRoom;
    return hasRoom;
  }

  private void use(Map<Path, ByteBuffer> files) {
    try {
      RouteMistakes mistakes = RouteStart.mistakes(settings, program);
      if (!mistakes.isEmpty()) {
        reject(files, mistakes.problems());
      } else {
        use(files, mistakes);
      }
    } catch (RequestRejected e) {
      reject(files, e.problems());
    } catch (MigrationException e) {
      reject(files, List.of(e.problem()));
    }
  }

  private void use(Map<Path, ByteBuffer> files, RouteMistakes mistakes) {
    RouteGeneration next = program.generation(mistakes, false);
    boolean isBuilt = false;
    boolean used = false;
    try {
      next.start();
      isBuilt = true;
      // Checked and built were the same files.
      if (!RouteFile.contents(folder()).equals(files)) {
        return;
      }
      used = routes.handOver(next);
      if (!used) {
        notBefore = System.nanoTime() + REST.toNanos();
        LOG.warn(
            "changed route files are not used yet: a route that takes work, such as that of a"
                + " timer, does not come to its end; tried again in {} s",
            REST.toSeconds());
      }
    } catch (UncheckedIOException e) {
      throw e;
    } catch (Exception | Error e) {
      if (thread.isShutdown()) {
        LOG.debug("the service stops in the middle of a change of its routes", e);
      } else if (isBuilt) {
        // A server that does not answer, or a file that is missing: it may be there a minute later.
        notBefore = System.nanoTime() + REST.toNanos();
        refuse(problems(e, mistakes), "; tried again each minute");
      } else {
        reject(files, problems(e, mistakes));
      }
    } finally {
      if (!used) {
        next.stop();
      }
    }
    if (used) {
      mistakes.warnings().forEach(each -> LOG.warn("{}", each));
      LOG.info(
          "the changed route files are in use: {}; {} under way on the routes before",
          changes(inUse, files),
          routes.underWayBefore());
      inUse = files;
      accepted();
      changed.run();
    }
  }

  private static List<Problem> problems(Throwable failure, RouteMistakes mistakes) {
    try {
      RouteFault.add(failure, mistakes);
      return mistakes.problems();
    } catch (MigrationException e) {
      return List.of(e.problem());
    }
  }

  private static String changes(Map<Path, ByteBuffer> before, Map<Path, ByteBuffer> now) {
    List<String> words = new ArrayList<>();
    TreeMap<Path, ByteBuffer> all = new TreeMap<>(before);
    all.putAll(now);
    for (Path file : all.keySet()) {
      String name = VisibleText.of(String.valueOf(file.getFileName()));
      if (!now.containsKey(file)) {
        words.add(name + " deleted");
      } else if (!before.containsKey(file)) {
        words.add(name + " added");
      } else if (!now.get(file).equals(before.get(file))) {
        words.add(name + " changed");
      }
    }
    return String.join(", ", words);
  }

  private void accepted() {
    rejected = null;
    if (refused != null) {
      LOG.info("the route files have no mistakes any more");
    }
    refused = null;
  }

  /** The same files are not tried again. */
  private void reject(Map<Path, ByteBuffer> files, List<Problem> problems) {
    rejected = files;
    refuse(problems, "");
  }

  private void refuse(List<Problem> problems, String outlook) {
    RefusedRoutes before = refused;
    Instant since = before == null ? clock.instant() : before.since();
    Problem first = problems.get(0);
    RefusedRoutes now =
        new RefusedRoutes(
            since, problems.size(), first.place().toString(), secrets.of(first.cause()) + outlook);
    if (now.equals(before)) {
      return;
    }
    refused = now;
    LOG.error(
        "changed route files are not used, and the routes run on as they were. To be fixed by us:"
            + " {}",
        now.nextStep());
    problems.forEach(
        each -> LOG.error("{}: {}{}", each.place(), secrets.of(each.cause()), remedy(each)));
  }

  /** What a mistake needs other than to be fixed in its file, such as a component. */
  private static String remedy(Problem problem) {
    return problem.nextStep().equals(RouteMistakes.NEXT_STEP)
        ? ""
        : ". To be fixed by us: " + problem.nextStep().replace("; nothing was started.", ".");
  }

  /** Looks no more; a change that is under way is broken off. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(STOP.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("a change of routes does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
