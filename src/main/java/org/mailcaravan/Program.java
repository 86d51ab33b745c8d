package org.mailcaravan;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.cli.Logging;
import org.mailcaravan.ext.Clashes;
import org.mailcaravan.ext.ExtFolder;
import org.mailcaravan.model.CheckResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.VerifyResult;
import org.mailcaravan.passes.Heartbeat;
import org.mailcaravan.routes.Entrances;
import org.mailcaravan.routes.RouteReload;
import org.mailcaravan.routes.RunningRoutes;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.settings.SettingsFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running program behind a command: settings, beans and routes. */
final class Program implements Launcher.Running {
  private static final Logger LOG = LoggerFactory.getLogger(Program.class);

  /** The system property with the folder of the installation; the start script sets it. */
  private static final String HOME = "mailcaravan.home";

  /** The header that tells {@link Entrances#VERIFY_REQUEST} to compare contents. */
  private static final String DEEP = "deep";

  /** How long a command waits for routes that come after its passes and its migration. */
  private static final Duration LONGEST_SETTLING = Duration.ofSeconds(60);

  private static final int MOST_STEPS_TOLD = 10;

  private final Settings settings;
  private final Wiring wiring;
  private final RunningRoutes routes;
  private final @Nullable RouteReload reload;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable Problem stoppedBy;

  private Program(
      Settings settings, Wiring wiring, RunningRoutes routes, @Nullable RouteReload reload) {
    this.settings = settings;
    this.wiring = wiring;
    this.routes = routes;
    this.reload = reload;
  }

  /** The folder of the installation. */
  static Path home() {
    return Path.of(System.getProperty(HOME, "")).toAbsolutePath();
  }

  /** The checked settings of a command. */
  static Settings settings(Launcher.Options options, SettingsFile.Use use) {
    Path home = home();
    Path config = options.config() == null ? home.resolve("config") : options.config();
    Map<String, String> overrides = new HashMap<>(options.overrides());
    if (options.data() != null) {
      overrides.put("data.folder", options.data().toAbsolutePath().toString());
    }
    return SettingsFile.read(config, home, overrides, System.getenv(), use);
  }

  /** Starts what a command wants; see {@link Launcher#start}. */
  static Program start(Launcher.Options options) {
    Settings settings =
        settings(
            options,
            options.mode() == Launcher.Mode.SERVICE
                ? SettingsFile.Use.SERVICE
                : SettingsFile.Use.COMMAND);
    Clashes clashes = Clashes.in(ExtFolder.ofProgram());
    clashes.requireNone();
    if (options.mode() != Launcher.Mode.CHECK) {
      DataFolder.make(settings.get(Keys.DATA_FOLDER));
      if (options.mode() != Launcher.Mode.SERVICE) {
        Logging.toFolder(settings.get(Keys.DATA_FOLDER));
      }
    }
    clashes.warnings().forEach(each -> LOG.warn("{}", each));
    Wiring wiring = new Wiring(settings, options.mode(), options.progress());
    try {
      RunningRoutes routes = RunningRoutes.start(settings, wiring.camel());
      try {
        wiring.openApi(routes);
        wiring.afterSteps().begun();
      } catch (RuntimeException e) {
        routes.close();
        throw e;
      }
      boolean reloads = options.mode() == Launcher.Mode.SERVICE && settings.get(Keys.ROUTES_RELOAD);
      RouteReload reload =
          reloads
              ? RouteReload.start(
                  settings, wiring.camel(), routes, Clock.systemUTC(), wiring.afterSteps()::changed)
              : null;
      if (reload != null) {
        wiring.watch(reload);
      }
      Program program = new Program(settings, wiring, routes, reload);
      if (options.mode() == Launcher.Mode.SERVICE) {
        program.stopAtSignal();
        wiring.life().whenNameIsLost(program::stopNameless);
      }
      return program;
    } catch (RuntimeException e) {
      wiring.close();
      throw e;
    }
  }

  /** Another program goes on under the name of this one; {@link #awaitStop} then says so. */
  private void stopNameless() {
    stoppedBy = wiring.life().otherOfThisName();
    new Thread(this::close, "stop").start();
  }

  /** On SIGTERM or SIGINT lets the running mailboxes end; {@link #awaitStop} then returns. */
  private void stopAtSignal() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop"));
  }

  @Override
  public MigrationResult migrate(Path file) {
    Accepted accepted = accept(file);
    try {
      MigrationResult result = wiring.endedMigrations().of(accepted.id()).get();
      wiring
          .afterSteps()
          .settle(accepted.id(), LONGEST_SETTLING, MOST_STEPS_TOLD)
          .forEach(wiring::stepNotDone);
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + accepted.id() + " was running", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "migration " + accepted.id() + " could not be run", e.getCause());
    } finally {
      // The passwords of one run are in memory only, and are not needed after it.
      accepted.mailboxes().forEach(wiring.vault()::forget);
    }
  }

  /** The ids of a migration and its mailboxes: the mailboxes themselves come with the result. */
  private record Accepted(String id, List<String> mailboxes) {}

  private Accepted accept(Path file) {
    Migration migration = request(Entrances.ACCEPT_REQUEST, file, Map.of(), Migration.class);
    return new Accepted(migration.id(), migration.mailboxes().stream().map(Mailbox::id).toList());
  }

  @Override
  public CheckResult check(Path file) {
    return request(Entrances.CHECK_REQUEST, file, Map.of(), CheckResult.class);
  }

  @Override
  public VerifyResult verify(Path file, boolean deep) {
    return request(Entrances.VERIFY_REQUEST, file, Map.of(DEEP, deep), VerifyResult.class);
  }

  private <T> T request(String endpoint, Path file, Map<String, Object> headers, Class<T> type) {
    return RouteCalls.file(routes, endpoint, file, headers, type);
  }

  @Override
  public Path dropFolder() {
    return settings.get(Keys.DROP_FOLDER);
  }

  @Override
  public void awaitStop() throws InterruptedException {
    stopped.await();
    Problem problem = stoppedBy;
    if (problem != null) {
      throw new RequestRejected(problem);
    }
  }

  @Override
  public Launcher.Stopping stop() {
    wiring.afterSteps().endSettling();
    wiring.stopWaiting();
    wiring.endPreflights();
    List<Mailbox> running = wiring.life().stop();
    // Where none runs, no pass that ends has the report written.
    Future<Object> unused =
        routes.call(
            context -> context.createProducerTemplate().asyncSendBody(Entrances.REPORTS, ""));
    return new Launcher.Stopping(running, Heartbeat.GRACE);
  }

  @Override
  public synchronized void close() {
    if (stopped.getCount() > 0) {
      LOG.info("stopping; running passes end at their next batch");
      try {
        if (reload != null) {
          reload.close();
        }
        wiring.closeApi();
        wiring.stopWaiting();
        wiring.endPreflights();
        List<Mailbox> unused = wiring.life().stop();
        routes.close();
        wiring.close();
      } finally {
        stopped.countDown();
      }
    }
  }
}
