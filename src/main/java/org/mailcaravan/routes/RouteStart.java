package org.mailcaravan.routes;

import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.model.Model;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts Camel with the routes, or tells everything that is wrong with them. Only who has made a
 * mistake waits until Camel's schema is read and all files are looked at.
 */
public final class RouteStart {
  private static final Logger LOG = LoggerFactory.getLogger(RouteStart.class);

  private RouteStart() {}

  /**
   * Camel, started.
   *
   * @throws org.mailcaravan.model.RequestRejected with all mistakes of all route files
   */
  static RouteGeneration start(Settings settings, CamelProgram program) {
    RouteMistakes first = CamelProgram.routeMistakes(settings, RouteSchema.none());
    if (!first.isEmpty()) {
      throw mistakes(settings, program).rejected();
    }
    RouteGeneration routes = program.generation(first, true);
    try {
      routes.start();
      first.warnings().forEach(each -> LOG.warn("{}", each));
      return routes;
    } catch (Exception | Error e) {
      routes.stop();
      RouteFault.add(e, first);
      RouteMistakes all = RouteFault.isOfStart(e) ? first : mistakes(settings, program);
      throw (all.isEmpty() ? first : all).rejected();
    }
  }

  /** What is wrong with the route files, and what is probably not meant. No route is started. */
  public static CheckedRoutes check(Settings settings, CamelProgram program) {
    RouteMistakes found = mistakes(settings, program);
    return new CheckedRoutes(
        found.files().size(), found.routes(), found.problems(), found.warnings());
  }

  /**
   * The route files, drawn.
   *
   * @param route the one whose steps are drawn; null for all routes and who sends to whom
   * @throws org.mailcaravan.model.RequestRejected with all mistakes of all route files
   */
  public static String picture(Settings settings, CamelProgram program, @Nullable String route) {
    RouteMistakes mistakes = mistakes(settings, program);
    if (!mistakes.isEmpty()) {
      throw mistakes.rejected();
    }
    Drawing drawing = new Drawing(route);
    Main main = program.camel(mistakes, false);
    main.addMainListener(drawing);
    try {
      main.start();
    } catch (RequestRejected e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      main.stop();
    }
    return mistakes.shown(drawing.picture);
  }

  /** Draws before Camel leaves out the routes of the other commands. */
  private static final class Drawing extends MainListenerSupport {
    private final @Nullable String route;
    private String picture = "";

    private Drawing(@Nullable String route) {
      this.route = route;
    }

    @Override
    public void afterConfigure(BaseMainSupport main) {
      picture = RoutePicture.of((Model) main.getCamelContext(), route);
    }
  }

  /** All mistakes of all route files. No route is started. */
  static RouteMistakes mistakes(Settings settings, CamelProgram program) {
    RouteMistakes mistakes = CamelProgram.routeMistakes(settings, RouteSchema.read());
    do {
      Main main = program.camel(mistakes, false);
      try {
        main.start();
      } catch (Exception | Error e) {
        // An Error: a class that a component of ext/ needs is missing.
        RouteFault.add(e, mistakes);
      } finally {
        main.stop();
      }
      // Camel stops at the first mistake, so that the other files are built without it.
    } while (mistakes.leaveOutFaulty());
    return mistakes;
  }
}
