package org.mailcaravan.routes;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.mailcaravan.model.status.FailingRoute;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes that run: those of the newest files, and older ones until all that they took has
 * ended. Thread-safe; one thread at a time changes them.
 */
public final class RunningRoutes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningRoutes.class);

  /** Each has threads, and holds what its passes need. */
  static final int MOST = 5;

  /** A mail, a file or a turn of a timer takes seconds; a slow server longer. */
  private static final Duration LONGEST_END = Duration.ofMinutes(2);

  private final List<RouteGeneration> older = new CopyOnWriteArrayList<>();
  private final Map<Path, ByteBuffer> filesAtStart;
  private volatile RouteGeneration newest;

  RunningRoutes(RouteGeneration first, Map<Path, ByteBuffer> filesAtStart) {
    this.newest = first;
    this.filesAtStart = filesAtStart;
  }

  /**
   * Starts the routes.
   *
   * @throws org.mailcaravan.model.RequestRejected with all mistakes of all route files
   */
  public static RunningRoutes start(Settings settings, CamelProgram program) {
    Map<Path, ByteBuffer> files = RouteFile.contents(settings.get(Keys.ROUTES_FOLDER));
    RouteGeneration first = RouteStart.start(settings, program);
    first.takeOver();
    return new RunningRoutes(first, files);
  }

  /** The files that the first routes were built from. */
  Map<Path, ByteBuffer> filesAtStart() {
    return filesAtStart;
  }

  /** Calls routes, of the newest files; they run at least until it returns. */
  public <T> T call(Function<CamelContext, T> work) {
    RouteGeneration callee = entered();
    try {
      return work.apply(callee.context());
    } finally {
      callee.leave();
    }
  }

  /** Routes of the newest files that cannot take what they wait for, by their ids. */
  public List<FailingRoute> failing() {
    return newest.failing();
  }

  private RouteGeneration entered() {
    while (true) {
      RouteGeneration callee = newest;
      callee.enter();
      if (callee == newest) {
        return callee;
      }
      // Others have taken over meanwhile, and these may have been stopped before they were entered.
      callee.leave();
    }
  }

  /** Whether routes of other files can be added to those that run. */
  boolean hasRoom() {
    return older.size() + 1 < MOST;
  }

  /**
   * Hands over to routes that are built.
   *
   * @return whether they have taken over; if not, an entrance was busy all the time, and the routes
   *     run on as they were
   * @throws Exception when they cannot be started, and the routes run on as they were; also an
   *     Error of a component
   */
  boolean handOver(RouteGeneration next) throws Exception {
    RouteGeneration before = newest;
    try {
      if (!before.endEntrances(LONGEST_END)) {
        return false;
      }
      next.startRoutes();
    } catch (Exception | Error e) {
      try {
        // A port or a folder that both want is free then.
        next.stop();
      } finally {
        before.beginEntrances();
      }
      throw e;
    }
    next.takeOver();
    newest = next;
    older.add(before);
    return true;
  }

  /** How much goes on with the routes of older files. */
  int underWayBefore() {
    return older.stream().mapToInt(RouteGeneration::underWay).sum();
  }

  /** Stops older routes when all that they took has ended. */
  void stopEnded() {
    for (RouteGeneration each : older.stream().filter(RouteGeneration::isQuiet).toList()) {
      each.stop();
      older.remove(each);
      LOG.info("what began on routes before a change has ended");
    }
  }

  /** Stops all, at the same time: each waits for what is under way. */
  @Override
  public void close() {
    List<CompletableFuture<Void>> stopping =
        older.stream()
            .map(
                each ->
                    CompletableFuture.runAsync(
                        each::stop, work -> new Thread(work, "stop routes").start()))
            .toList();
    newest.stop();
    stopping.forEach(CompletableFuture::join);
  }
}
