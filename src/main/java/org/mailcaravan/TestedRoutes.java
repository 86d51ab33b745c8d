package org.mailcaravan;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.main.Main;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.routes.CheckedRoutes;
import org.mailcaravan.routes.Entrances;
import org.mailcaravan.routes.RouteStart;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.settings.SettingsFile;

/**
 * The routes of a folder with all that {@code migrate} has, for a test that may change and watch
 * them before they run. For one thread at a time.
 */
public final class TestedRoutes implements AutoCloseable {
  private static final int MOST_TOLD = 10;

  private final Wiring wiring;
  private final Main main;
  private final CamelContext context;

  /**
   * Builds the routes; they do not run yet.
   *
   * @param config a folder with an application.properties, which may be empty
   * @param properties replace those of the file
   * @throws RequestRejected with all mistakes of the route files
   */
  public TestedRoutes(Path config, Map<String, String> properties) {
    Settings settings =
        SettingsFile.read(
            config,
            Program.home(),
            new HashMap<>(properties),
            System.getenv(),
            SettingsFile.Use.COMMAND);
    DataFolder.make(settings.get(Keys.DATA_FOLDER));
    wiring = new Wiring(settings, Launcher.Mode.MIGRATE, new Progress() {});
    try {
      CheckedRoutes found = RouteStart.check(settings, wiring.camel());
      if (!found.mistakes().isEmpty()) {
        throw new RequestRejected(found.mistakes());
      }
      main = wiring.camel().camel();
      main.init();
      context = main.getCamelContext();
    } catch (RuntimeException e) {
      wiring.close();
      throw e;
    }
  }

  /** Camel with the routes. They run from {@link #migrate} on, or when it is started before. */
  public CamelContext context() {
    return context;
  }

  /**
   * Migrates the mailboxes of a request, and waits until routes that come after passes and
   * migrations were called once.
   *
   * @param patience how long to wait for it
   * @return what came of it, and what such routes have not done
   * @throws IllegalStateException when it does not end in time, or could not be run
   */
  public Ended migrate(Path request, Duration patience) throws InterruptedException {
    context.start();
    Migration migration = accept(request);
    try {
      MigrationResult result =
          wiring
              .endedMigrations()
              .of(migration.id())
              .get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return new Ended(result, wiring.afterSteps().settle(migration.id(), patience, MOST_TOLD));
    } catch (ExecutionException e) {
      throw new IllegalStateException("the migration could not be run", e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "the migration did not end within " + patience.toSeconds() + " s", e);
    }
  }

  /**
   * A migration that has ended.
   *
   * @param notDone what routes that come after it have not done, in words
   */
  public record Ended(MigrationResult result, List<String> notDone) {
    public Ended {
      notDone = List.copyOf(notDone);
    }
  }

  private Migration accept(Path request) {
    try {
      return context
          .createProducerTemplate()
          .requestBody(
              Entrances.ACCEPT_REQUEST, request.toAbsolutePath().toString(), Migration.class);
    } catch (CamelExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Stops the routes. */
  @Override
  public void close() {
    wiring.afterSteps().endSettling();
    List<?> unused = wiring.life().stop();
    try {
      main.stop();
      context.stop();
    } finally {
      wiring.close();
    }
  }
}
