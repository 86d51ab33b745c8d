package org.mailcaravan.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.main.Main;
import org.apache.camel.util.FileUtil;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;

/**
 * Camel with the routes, and with the beans and properties that they use. For one thread at a time.
 */
public final class CamelProgram implements AutoCloseable {
  /** Properties for routes that not every command has. */
  public enum Part {
    /** Of the service. */
    SERVICE,
    /** Runs passes. */
    PASSES,
    /** Looks at the mailboxes of a request before they are copied. */
    PREFLIGHT,
    /** Has a support mailbox. */
    MAIL,
    /** Mails the digest. */
    DIGEST;

    private String property() {
      return switch (this) {
        case SERVICE -> "service.enabled";
        case PASSES -> "passes.enabled";
        case PREFLIGHT -> Keys.PREFLIGHT_ENABLED.name();
        case MAIL -> "mail.enabled";
        case DIGEST -> "digest.enabled";
      };
    }
  }

  private final Settings settings;
  private final Map<String, Object> beans;
  private final Set<String> beansOfSome;
  private final Set<Part> parts;
  private final boolean hasRest;
  private final Supplier<OwnBeans> own;
  private final Clock clock;
  private int contexts;
  private @Nullable Path routesOfThisRun;

  /**
   * @param beans by their names
   * @param beansOfSome names of beans that only some services have; where they are missing, their
   *     routes do not run
   * @param hasRest whether operations of REST can be built
   * @param own makes the beans that each Camel context has for itself
   * @param clock for what is told of routes that fail
   */
  public CamelProgram(
      Settings settings,
      Map<String, Object> beans,
      Set<String> beansOfSome,
      Set<Part> parts,
      boolean hasRest,
      Supplier<OwnBeans> own,
      Clock clock) {
    this.settings = settings;
    this.beans = Map.copyOf(beans);
    this.beansOfSome = Set.copyOf(beansOfSome);
    this.parts = Set.copyOf(parts);
    this.hasRest = hasRest;
    this.own = own;
    this.clock = clock;
  }

  /** The names of beans, properties and failures that routes may use. */
  private Set<String> names(OwnBeans ofContext) {
    Set<String> names = new HashSet<>(beans.keySet());
    names.addAll(ofContext.beans().keySet());
    names.addAll(beansOfSome);
    names.addAll(settings.properties().keySet());
    for (Class<?> failure : List.of(TryAgain.class, NeedsAttention.class, RequestRejected.class)) {
      names.add(failure.getName());
    }
    return names;
  }

  /** What is wrong with the route files, as far as that is known without Camel. */
  static RouteMistakes routeMistakes(Settings settings, RouteSchema schema) {
    Set<String> properties = new HashSet<>(settings.properties().keySet());
    for (Part part : Part.values()) {
      properties.add(part.property());
    }
    return RouteFileCheck.mistakes(
        settings.get(Keys.ROUTES_FOLDER), properties, schema, settings.secretsOfRoutes());
  }

  /** Camel, not started, with the route files as they are. */
  public Main camel() {
    return camel(routeMistakes(settings, RouteSchema.none()), true);
  }

  /**
   * Camel, not started.
   *
   * @param mistakes of the route files; those that cannot be read are left out
   * @param runs whether routes shall run once Camel is started; else they are only built
   */
  Main camel(RouteMistakes mistakes, boolean runs) {
    return camel(mistakes, runs, own.get());
  }

  /** As {@link #camel(RouteMistakes, boolean)}, to be handed over to. */
  RouteGeneration generation(RouteMistakes mistakes, boolean runs) {
    OwnBeans ofContext = own.get();
    RouteLooks looks = new RouteLooks(mistakes.secrets(), clock);
    Main main = camel(mistakes, runs, ofContext);
    main.addMainListener(looks);
    return new RouteGeneration(main, ofContext, looks);
  }

  private Main camel(RouteMistakes mistakes, boolean runs, OwnBeans ofContext) {
    Main main = new Main();
    main.setDefaultPropertyPlaceholderLocation("false");
    beans.forEach(main::bind);
    ofContext.beans().forEach(main::bind);
    main.bind("failed-steps", new FailedSteps());
    properties().forEach(main::addOverrideProperty);
    main.addMainListener(new RouteCheck(mistakes, names(ofContext), beansOfSome));
    // Without an HTTP server there is nothing that a file of REST operations could be built on.
    List<Path> files = hasRest ? mistakes.readable() : mistakes.withoutRest(this::routesOfThisRun);
    main.configure()
        .withName(name())
        .withAutoStartup(runs)
        // A step "log" in a route shows, whichever level the libraries have.
        .withLogName("org.mailcaravan.routes.${routeId}")
        .withRoutesCollectorEnabled(!files.isEmpty())
        .withRoutesIncludePattern(
            files.stream().map(RouteFile::location).collect(Collectors.joining(",")))
        .withShutdownTimeout(Math.toIntExact(settings.get(Keys.SHUTDOWN_TIMEOUT).toSeconds()))
        // Batches are objects, not streams; a cache would read them ahead of time.
        .withStreamCachingEnabled(false)
        .withSourceLocationEnabled(true)
        .withAutoConfigurationFailFast(true);
    return main;
  }

  /** Of its own for each context: Quartz gives two of one name the same scheduler. */
  private String name() {
    contexts++;
    return contexts == 1 ? "mailcaravan" : "mailcaravan-" + contexts;
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>(settings.properties());
    for (Part part : Part.values()) {
      properties.put(part.property(), String.valueOf(parts.contains(part)));
    }
    return properties;
  }

  private Path routesOfThisRun() {
    Path made = routesOfThisRun;
    if (made == null) {
      try {
        made = Files.createTempDirectory("mailcaravan-routes");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      routesOfThisRun = made;
    }
    return made;
  }

  @Override
  public void close() {
    if (routesOfThisRun != null) {
      FileUtil.removeDir(routesOfThisRun.toFile());
    }
  }
}
