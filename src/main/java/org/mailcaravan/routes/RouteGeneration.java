package org.mailcaravan.routes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.main.Main;
import org.apache.camel.spi.RouteController;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.service.ServiceHelper;
import org.mailcaravan.model.status.FailingRoute;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel with the route files as they were when it was made. Its entrances are the routes that take
 * work from outside; the others are called by steps.
 */
final class RouteGeneration {
  private static final Logger LOG = LoggerFactory.getLogger(RouteGeneration.class);

  /** Between two looks whether an entrance has come to the end of what it was doing. */
  private static final long PAUSE_MILLIS = 50;

  private final Main main;
  private final OwnBeans own;
  private final RouteLooks looks;
  private final AtomicInteger callers = new AtomicInteger();
  private final List<Route> ended = new ArrayList<>();
  private boolean wasQuiet;

  RouteGeneration(Main main, OwnBeans own, RouteLooks looks) {
    this.main = main;
    this.own = own;
    this.looks = looks;
  }

  /** Builds the routes, and starts them where they were made to run. */
  void start() throws Exception {
    main.start();
  }

  /**
   * Starts the routes that were only built: what others call before what takes work, and at last
   * what takes mailboxes. A pass that has begun would have to end before a route that does not
   * start could be given up.
   */
  void startRoutes() throws Exception {
    List<Route> order =
        context().getRoutes().stream()
            .filter(route -> !Boolean.FALSE.equals(route.isAutoStartup()))
            .sorted(
                Comparator.comparingInt((Route route) -> turn(address(route)))
                    .thenComparing(
                        Route::getStartupOrder, Comparator.nullsLast(Comparator.naturalOrder())))
            .toList();
    for (Route route : order) {
      controller().startRoute(route.getRouteId());
    }
  }

  private static int turn(String address) {
    if (RouteAddress.isCalled(address)) {
      return 0;
    }
    if (!isOfMailboxes(address)) {
      return 1;
    }
    return Entrances.OF_PASSES.contains(address) ? 3 : 2;
  }

  /** What comes from outside from now on is for these routes. */
  void takeOver() {
    own.takeOver();
  }

  /** For calls by the program, between {@link #enter} and {@link #leave}. */
  CamelContext context() {
    return main.getCamelContext();
  }

  /** Those of its routes that cannot take what they wait for. */
  List<FailingRoute> failing() {
    return looks.failing();
  }

  void enter() {
    callers.incrementAndGet();
  }

  void leave() {
    callers.decrementAndGet();
  }

  /**
   * Takes no new work. What is under way goes on; the entrances other than those of mailboxes have
   * ended it when this returns, so that no file, mail or turn of a timer is taken twice.
   *
   * @param longest how long to wait for that
   * @return whether it is so; if not, the entrances take work as before
   */
  boolean endEntrances(Duration longest) throws Exception {
    long end = System.nanoTime() + longest.toNanos();
    List<Route> others = entrances(false);
    // Only then are they ended, so that hardly a turn of a timer is left out meanwhile.
    while (others.stream().anyMatch(this::isBusy)) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    for (Route route : others) {
      ended.add(route);
      long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
      if (!controller().stopRoute(route.getRouteId(), left, TimeUnit.MILLISECONDS, true)) {
        beginEntrances();
        return false;
      }
    }
    for (Route route : entrances(true)) {
      // Not the route: that would wait for the passes, and cut them at last.
      ended.add(route);
      ServiceHelper.suspendService(route.getConsumer());
    }
    return true;
  }

  /** Takes work again, after {@link #endEntrances}, also where that did not come to its end. */
  void beginEntrances() {
    for (Route route : ended) {
      try {
        if (isOfMailboxes(address(route))) {
          ServiceHelper.resumeService(route.getConsumer());
        } else if (!controller().getRouteStatus(route.getRouteId()).isStarted()) {
          controller().startRoute(route.getRouteId());
        }
      } catch (Exception | Error e) {
        // The others shall go on.
        LOG.error(
            "the route {} does not take work again; to be fixed by us: Restart the service",
            route.getRouteId(),
            e);
      }
    }
    ended.clear();
  }

  private boolean isBusy(Route route) {
    return context().getInflightRepository().size(route.getRouteId()) > 0;
  }

  private List<Route> entrances(boolean ofMailboxes) {
    return context().getRoutes().stream()
        .filter(
            route -> {
              ServiceStatus status = controller().getRouteStatus(route.getRouteId());
              return status != null && status.isStarted();
            })
        .filter(route -> !RouteAddress.isCalled(address(route)) && !isOfApi(address(route)))
        .filter(route -> isOfMailboxes(address(route)) == ofMailboxes)
        .toList();
  }

  private static boolean isOfMailboxes(String address) {
    return address.startsWith(Entrances.OF_MAILBOXES);
  }

  /** Calls come to the generation that has taken over; see {@link OwnBeans}. */
  private static boolean isOfApi(String address) {
    return address.startsWith("platform-http:") || address.startsWith("rest");
  }

  private static String address(Route route) {
    return RouteAddress.of(route.getEndpoint().getEndpointBaseUri());
  }

  private RouteController controller() {
    return context().getRouteController();
  }

  /** Whether all that it took has ended; at the second look in a row that finds it so. */
  boolean isQuiet() {
    boolean isQuiet =
        callers.get() == 0
            && !own.isBusy()
            && context().getInflightRepository().size() == 0
            && context().getRoutes().stream().mapToInt(RouteGeneration::pending).sum() == 0;
    boolean twice = isQuiet && wasQuiet;
    wasQuiet = isQuiet;
    return twice;
  }

  /** What consumers and steps such as wireTap have taken and no exchange shows. */
  private static int pending(Route route) {
    return Stream.concat(Stream.of(route.getConsumer()), route.getServices().stream())
        .flatMap(service -> ServiceHelper.getChildServices(service).stream())
        .distinct()
        .mapToInt(each -> each instanceof ShutdownAware aware ? aware.getPendingExchangesSize() : 0)
        .sum();
  }

  /** How many passes and preflights, messages and calls are under way. */
  int underWay() {
    return context().getInflightRepository().size() + callers.get();
  }

  /** Stops Camel; what is under way has as long as {@code shutdown-timeout-seconds} says. */
  void stop() {
    main.stop();
  }
}
