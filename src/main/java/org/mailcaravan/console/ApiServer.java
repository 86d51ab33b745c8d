package org.mailcaravan.console;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.clients.ClientFiles;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;
import org.mailcaravan.report.NightDigest;
import org.mailcaravan.store.Controls;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Overview;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of the service. The routes of {@code routes/api.camel.yaml} get what passes its
 * gate; they find it by {@link #beans} and by the beans of a {@link Mount}. Make it before Camel
 * starts, {@link #open} it once Camel has, {@link #close} it before Camel stops.
 */
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  /** More than all who listen to events, each with a few calls. */
  private static final int MOST_CONNECTIONS = 256;

  /** Longer than a command waits for its answer: five minutes. */
  private static final int IDLE_SECONDS = 330;

  /** What waits for other servers or writes large files leaves two of them to other calls. */
  static final int WORKERS =
      BodyBounds.MOST_UPLOADS + Steering.MOST_TRIALS + Submission.MOST_WAITING + 2;

  private static final long FIRST_REQUEST_MILLIS = 30_000;
  private static final int LONGEST_LINE = 16 << 10;
  private static final int STOP_SECONDS = 5;

  static {
    // Names are looked up by Java, and nothing is unpacked to a folder of temporary files.
    for (String part : List.of("vertx.disableDnsResolver", "vertx.disableFileCPResolving")) {
      if (System.getProperty(part) == null) {
        System.setProperty(part, "true");
      }
    }
    if (System.getProperty("vertx.logger-delegate-factory-class-name") == null) {
      System.setProperty(
          "vertx.logger-delegate-factory-class-name",
          "io.vertx.core.logging.SLF4JLogDelegateFactory");
    }
  }

  /**
   * Where it listens.
   *
   * @param address a name or address of this machine
   * @param port 0 takes a free one
   * @param node the name of this node
   */
  public record Place(String address, int port, Path dataFolder, String node) {}

  private final Place place;
  private final Sources sources;
  private final Clock clock;
  private final ServiceFile serviceFile;
  private final Vertx vertx;
  private final Gate gate;
  private final List<ServerPart> parts;

  /** That of the routes which have taken over last. */
  private volatile Router router;

  private final BodyBounds.Count uploads = new BodyBounds.Count();
  private final Set<HttpConnection> connections = new HashSet<>();

  /** Those of the connections that have not sent a request yet. */
  private final Set<HttpConnection> silent = new HashSet<>();

  private @Nullable HttpServer server;

  /**
   * What it tells and does.
   *
   * @param lease how long the database counts a node as alive after it was seen
   * @param disks folders on the disks that the service needs room on
   * @param counters what this process counts
   * @param clients the settings of mail programs
   * @param digests what happened in a night
   */
  public record Sources(
      Database database,
      Overview overview,
      Controls controls,
      EventSource events,
      ServiceActions actions,
      Duration lease,
      Path dropFolder,
      List<Path> disks,
      List<Counter> counters,
      ClientFiles clients,
      NightDigest digests) {
    public Sources {
      disks = List.copyOf(disks);
      counters = List.copyOf(counters);
    }
  }

  /** How often it looks for events, and says on a stream of them that it is there. */
  record Pace(long pollMillis, long heartbeatMillis) {
    static final Pace USUAL = new Pace(1000, 15_000);
  }

  /**
   * @throws RequestRejected when the token of the data folder cannot be used
   */
  public ApiServer(Place place, Sources sources, Clock clock) {
    this(place, sources, clock, Pace.USUAL);
  }

  ApiServer(Place place, Sources sources, Clock clock, Pace pace) {
    this.place = place;
    this.sources = sources;
    this.clock = clock;
    this.serviceFile = new ServiceFile(place.dataFolder());
    ApiToken token = ApiToken.in(place.dataFolder());
    vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(WORKERS)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    gate = new Gate(token, place.address());
    LiveEvents live = new LiveEvents(sources.events(), pace.pollMillis(), pace.heartbeatMillis());
    Health health =
        new Health(
            HealthChecks.of(
                sources.database(),
                place.node(),
                sources.lease(),
                sources.dropFolder(),
                sources.disks(),
                sources.actions()::refusedRoutes,
                sources.actions()::failingRoutes),
            vertx.createSharedWorkerExecutor("health", 1),
            token,
            clock);
    Metrics metrics = new Metrics(sources.overview()::metrics, sources.counters(), clock);
    parts = List.of(live, health, metrics, new ClientPages(sources.clients()), new OpenApi());
    router = router();
  }

  /** A router with all but what Camel answers. */
  private Router router() {
    Router made = Router.router(vertx);
    made.route().handler(gate);
    parts.forEach(part -> part.addTo(made));
    for (int status : List.of(400, 404, 405, 406, 413, 415, 500)) {
      made.errorHandler(status, ApiServer::tell);
    }
    return made;
  }

  /** A place for the routes of one Camel context. */
  public Mount mount() {
    return new Mount(vertx, router(), uploads, own -> router = own);
  }

  /** What the registry of each Camel context is to hold, by name, besides a {@link Mount}. */
  public Map<String, Object> beans() {
    Map<String, Object> beans = new LinkedHashMap<>();
    beans.put(
        "api-reading",
        new Reading(sources.overview(), sources.events(), sources.actions(), sources.digests()));
    beans.put(
        "api-steering", new Steering(sources.overview(), sources.controls(), sources.actions()));
    beans.put(
        "api-submission", new Submission(sources.actions(), uploads::release, place.dataFolder()));
    return beans;
  }

  /**
   * Listens, and tells where in the data folder.
   *
   * @throws RequestRejected when the address cannot be used, such as when the port is taken
   */
  public synchronized void open() {
    HttpServer made =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setIdleTimeout(IDLE_SECONDS)
                    .setIdleTimeoutUnit(TimeUnit.SECONDS)
                    .setMaxInitialLineLength(LONGEST_LINE)
                    .setMaxHeaderSize(LONGEST_LINE)
                    .setHttp2ClearTextEnabled(false)
                    .setRegisterWebSocketWriteHandlers(false))
            .requestHandler(
                request -> {
                  silent.remove(request.connection());
                  Form.leaveUnread(request);
                  router.handle(request);
                })
            .connectionHandler(this::admit);
    await(made.listen(address()));
    server = made;
    serviceFile.write(url(), place.node(), clock.instant());
    LOG.info("the API listens on {}", url());
  }

  private SocketAddress address() {
    try {
      return SocketAddress.inetSocketAddress(
          new InetSocketAddress(InetAddress.getByName(place.address()), place.port()));
    } catch (UnknownHostException e) {
      throw cannotListen(
          "there is no such address", "Set api.address to an address of this machine.");
    }
  }

  private void await(Future<HttpServer> listening) {
    try {
      listening.toCompletionStage().toCompletableFuture().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the API was started", e);
    } catch (ExecutionException | CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw cause instanceof BindException && String.valueOf(cause.getMessage()).contains("in use")
          ? cannotListen(
              "another program uses this port",
              "Stop that program, or set api.port to another port; 0 takes a free one.")
          : cannotListen(
              String.valueOf(cause.getMessage()),
              "Check api.address and api.port; a port under 1024 needs special rights.");
    }
  }

  private RequestRejected cannotListen(String cause, String nextStep) {
    return new RequestRejected(
        new Problem(
            Where.setting(
                "api.port", "api.address = " + place.address() + ", api.port = " + place.port()),
            "the API cannot listen there: " + cause,
            Owner.US,
            nextStep));
  }

  /** Too many are sent away, and so is who sends nothing. */
  private void admit(HttpConnection connection) {
    connections.add(connection);
    silent.add(connection);
    connection.closeHandler(
        unused -> {
          connections.remove(connection);
          silent.remove(connection);
        });
    if (connections.size() > MOST_CONNECTIONS) {
      close(connection);
      return;
    }
    vertx.setTimer(
        FIRST_REQUEST_MILLIS,
        unused -> {
          if (silent.contains(connection)) {
            close(connection);
          }
        });
  }

  private static void close(HttpConnection connection) {
    Future<Void> closing = connection.close();
    closing.onFailure(gone -> {});
  }

  /** Where it listens, such as {@code http://127.0.0.1:8480}; only while it does. */
  public synchronized String url() {
    HttpServer open = server;
    if (open == null) {
      throw new IllegalStateException("the API does not listen");
    }
    String host = place.address().contains(":") ? "[" + place.address() + "]" : place.address();
    return "http://" + host + ":" + open.actualPort();
  }

  private static void tell(RoutingContext call) {
    int status = call.statusCode();
    ApiError error =
        switch (status) {
          case 404 ->
              new ApiError(
                  404,
                  "not-found",
                  "there is nothing at this path",
                  "GET " + Paths.OPENAPI + " tells all paths.");
          case 405 ->
              new ApiError(
                  405,
                  "method-not-allowed",
                  "this path does not take " + call.request().method(),
                  "GET " + Paths.OPENAPI + " tells what it takes.");
          case 413 ->
              new ApiError(
                  413,
                  "too-large",
                  "the body is larger than it may be (64 MiB for a request, 64 KiB otherwise)",
                  "Split the request into several files.");
          case 500 ->
              new ApiError(
                  500,
                  "fault",
                  "an error in this program",
                  "The log of the service has it; report it, and try again.");
          default ->
              new ApiError(
                  status,
                  "bad-request",
                  "the request cannot be used",
                  "GET " + Paths.OPENAPI + " tells what each path takes.");
        };
    if (status == 500 && call.failure() != null) {
      LOG.error("{} {} failed", call.request().method(), call.normalizedPath(), call.failure());
    }
    if (status == 413) {
      call.response().putHeader("Connection", "close");
    }
    Replies.error(call, error);
  }

  @Override
  public synchronized void close() {
    if (server != null) {
      serviceFile.delete();
      server = null;
    }
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the API did not stop as it should: {}", e.toString());
    }
  }
}
