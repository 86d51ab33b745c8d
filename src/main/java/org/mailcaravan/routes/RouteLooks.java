package org.mailcaravan.routes;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.spi.LifecycleStrategy;
import org.apache.camel.spi.PollingConsumerPollStrategy;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.apache.camel.support.DefaultScheduledPollConsumerScheduler;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.LoggingExceptionHandler;
import org.apache.camel.support.ScheduledPollConsumer;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.status.FailingRoute;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the routes of one Camel context fare that look again and again for something to take, such as
 * the files of a server. One that cannot is told in one line, and again when the cause changes;
 * Camel would write a stack trace for each look, or nothing of the cause. Not of the support
 * mailbox, which tells it itself, nor of a route with a {@code pollStrategy} of its own.
 * Thread-safe.
 */
final class RouteLooks extends MainListenerSupport {
  private static final Logger LOG = LoggerFactory.getLogger(RouteLooks.class);

  private static final int MOST_CAUSES = 4;
  private static final int LONGEST_REASON = 1000;

  /** Without it, consumers of FTP and SFTP keep the cause for themselves. */
  private static final String TELL_CAUSE = "throwExceptionOnConnectFailed";

  /** What stands before a login in an address, and the login. */
  private static final Pattern LOGIN = Pattern.compile("^([\\w+.-]+:(?://)?)[^/@]*@");

  private final SecretMask secrets;
  private final Clock clock;
  private final Map<String, FailingRoute> failing = new ConcurrentHashMap<>();

  /**
   * @param secrets what is hidden in causes
   */
  RouteLooks(SecretMask secrets, Clock clock) {
    this.secrets = secrets;
    this.clock = clock;
  }

  /** The routes whose last look failed, by their ids. */
  List<FailingRoute> failing() {
    return failing.values().stream().sorted(Comparator.comparing(FailingRoute::route)).toList();
  }

  @Override
  public void beforeInitialize(BaseMainSupport main) {
    main.getCamelContext().addLifecycleStrategy(ofRoutes());
  }

  private LifecycleStrategy ofRoutes() {
    return new LifecycleStrategySupport() {
      @Override
      public void onRoutesAdd(Collection<Route> routes) {
        routes.forEach(RouteLooks.this::follow);
      }

      @Override
      public void onRoutesRemove(Collection<Route> routes) {
        routes.forEach(route -> failing.remove(route.getRouteId()));
      }
    };
  }

  private void follow(Route route) {
    if (!(route.getConsumer() instanceof ScheduledPollConsumer consumer)) {
      return;
    }
    // Camel makes one for itself later where there is none yet.
    PollingConsumerPollStrategy own =
        Objects.requireNonNullElseGet(
            consumer.getPollStrategy(), DefaultPollingConsumerPollStrategy::new);
    if (own instanceof DefaultPollingConsumerPollStrategy usual) {
      tellCause(route.getEndpoint());
      Look look = new Look(route.getRouteId(), usual, consumer.getExceptionHandler());
      consumer.setPollStrategy(look);
      // Else the route hears of it, as it wants.
      if (consumer.getExceptionHandler() instanceof LoggingExceptionHandler) {
        consumer.setExceptionHandler(look);
      }
    }
  }

  private static void tellCause(Endpoint endpoint) {
    PropertyConfigurer options =
        endpoint.getCamelContext() == null || endpoint.getEndpointUri().contains(TELL_CAUSE)
            ? null
            : endpoint
                .getCamelContext()
                .getComponent(scheme(endpoint))
                .getEndpointPropertyConfigurer();
    if (options instanceof PropertyConfigurerGetter known
        && known.getOptionType(TELL_CAUSE, true) != null) {
      boolean unused =
          options.configure(endpoint.getCamelContext(), endpoint, TELL_CAUSE, true, true);
    }
  }

  /** Looks of one route, and what becomes of what they took. */
  private final class Look implements PollingConsumerPollStrategy, ExceptionHandler {
    private final String route;
    private final PollingConsumerPollStrategy usual;
    private final ExceptionHandler others;
    private volatile @Nullable Throwable told;

    Look(String route, PollingConsumerPollStrategy usual, ExceptionHandler others) {
      this.route = route;
      this.usual = usual;
      this.others = others;
    }

    @Override
    public boolean begin(Consumer consumer, Endpoint endpoint) {
      return usual.begin(consumer, endpoint);
    }

    @Override
    public void commit(Consumer consumer, Endpoint endpoint, int messages) {
      usual.commit(consumer, endpoint, messages);
      if (failing.remove(route) != null) {
        LOG.info("the route {} works again", route);
      }
    }

    @Override
    public boolean rollback(Consumer consumer, Endpoint endpoint, int retries, Exception cause)
        throws Exception {
      told = cause;
      failed(consumer, endpoint, cause);
      return usual.rollback(consumer, endpoint, retries, cause);
    }

    private void failed(Consumer consumer, Endpoint endpoint, Exception cause) {
      FailingRoute before = failing.get(route);
      Instant now = clock.instant();
      Duration wait = between(consumer);
      FailingRoute failed =
          new FailingRoute(
              route,
              place(endpoint),
              before == null ? now : before.since(),
              before == null ? 1 : before.failures() + 1,
              wait == null ? null : now.plus(wait),
              why(cause));
      failing.put(route, failed);
      if (before == null || !before.why().equals(failed.why())) {
        LOG.warn(
            "the route {} cannot read from {}: {}. It tries again {}. To be fixed by us: {}",
            route,
            failed.place(),
            failed.why(),
            wait == null ? "by itself" : "every " + Math.max(1, wait.toSeconds()) + " s",
            failed.nextStep());
      }
    }

    @Override
    public void handleException(Throwable cause) {
      if (!cause.equals(told)) {
        others.handleException(cause);
      }
    }

    @Override
    public void handleException(String message, Throwable cause) {
      if (!cause.equals(told)) {
        others.handleException(message, cause);
      }
    }

    @Override
    public void handleException(String message, @Nullable Exchange exchange, Throwable cause) {
      if (!cause.equals(told)) {
        others.handleException(message, exchange, cause);
      }
    }
  }

  private static @Nullable Duration between(Consumer consumer) {
    return consumer instanceof ScheduledPollConsumer poll
            && poll.getScheduler() instanceof DefaultScheduledPollConsumerScheduler
        ? Duration.of(poll.getDelay(), poll.getTimeUnit().toChronoUnit())
        : null;
  }

  /** Of a server only its name and port: a login may stand before, and anything behind them. */
  private String place(Endpoint endpoint) {
    String address = RouteAddress.of(endpoint.getEndpointUri());
    String url =
        endpoint instanceof EndpointServiceLocation located ? located.getServiceUrl() : null;
    if (url == null) {
      return VisibleText.of(secrets.of(withoutLogin(address)));
    }
    String scheme = scheme(endpoint);
    String server =
        url.replaceFirst("^[\\w+.-]+://", "")
            .replaceFirst("^" + Pattern.quote(scheme) + ":", "")
            .replaceFirst("[/?#].*", "");
    return VisibleText.of(scheme + ":" + server.substring(server.lastIndexOf('@') + 1));
  }

  static String withoutLogin(String address) {
    return LOGIN.matcher(address).replaceFirst("$1");
  }

  private static String scheme(Endpoint endpoint) {
    return endpoint.getEndpointUri().split(":", 2)[0];
  }

  private String why(Throwable failure) {
    StringBuilder words = new StringBuilder();
    Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .limit(MOST_CAUSES)
        .map(each -> String.valueOf(each.getMessage() == null ? each : each.getMessage()))
        .forEach(
            each -> {
              if (words.indexOf(each) < 0) {
                words.append(words.isEmpty() ? "" : ": ").append(each);
              }
            });
    String all = VisibleText.of(secrets.of(words.toString()));
    return all.substring(0, Math.min(all.length(), LONGEST_REASON));
  }
}
