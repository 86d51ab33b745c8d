package org.mailcaravan.console;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Where the routes of one Camel context get their calls of the API. Calls come to the one that has
 * taken over last; what has begun ends where it began. Thread-safe.
 */
public final class Mount {
  private static final String ROUTER = VertxPlatformHttpRouter.PLATFORM_HTTP_ROUTER_NAME_ZERO;

  private final Router own;
  private final Consumer<Router> server;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<String, Object> beans;

  /**
   * @param own with all but what Camel answers
   * @param server gets calls to the router that it is given
   */
  Mount(Vertx vertx, Router own, BodyBounds.Count uploads, Consumer<Router> server) {
    this.own = own;
    this.server = server;
    own.route()
        .handler(
            call -> {
              calls.incrementAndGet();
              call.addEndHandler(unused -> calls.decrementAndGet());
              call.next();
            });
    VertxPlatformHttpEngine engine =
        new VertxPlatformHttpEngine() {
          /** Camel finds its router by this number; the true one is known only later. */
          @Override
          public int getServerPort() {
            return 0;
          }
        };
    PlatformHttpComponent component = new PlatformHttpComponent();
    component.setEngine(engine);
    component.setHeaderFilterStrategy(new NoForeignHeaders());
    beans =
        Map.of(
            ROUTER,
            new VertxPlatformHttpRouter(null, vertx, own, ROUTER) {
              @Override
              public Handler<RoutingContext> bodyHandler() {
                return new BodyBounds(uploads);
              }
            },
            "platform-http-engine",
            engine,
            "platform-http",
            component);
  }

  /** What the registry of the context is to hold, by name, before it starts. */
  public Map<String, Object> beans() {
    return beans;
  }

  /** The routes run; calls that come from now on are theirs. */
  public void takeOver() {
    server.accept(own);
  }

  /** Whether calls are under way here. */
  public boolean isBusy() {
    return calls.get() > 0;
  }
}
