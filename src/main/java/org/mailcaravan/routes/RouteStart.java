package org.mailcaravan.routes;

import org.apache.camel.main.Main;
import org.mailcaravan.settings.Settings;

/**
 * Starts Camel with the routes, or tells everything that is wrong with them. Only who has made a
 * mistake waits until Camel's schema is read and all files are looked at.
 */
public final class RouteStart {
  private RouteStart() {}

  /**
   * Camel, started.
   *
   * @throws org.mailcaravan.model.RequestRejected with all mistakes of all route files
   */
  public static Main start(Settings settings, CamelProgram program) {
    RouteMistakes first = CamelProgram.routeMistakes(settings, RouteSchema.none());
    if (!first.isEmpty()) {
      throw mistakes(settings, program).rejected();
    }
    Main main = program.camel(first, true);
    try {
      main.start();
      return main;
    } catch (Exception e) {
      main.stop();
      RouteFault.add(e, first);
      RouteMistakes all = RouteFault.isOfStart(e) ? first : mistakes(settings, program);
      throw (all.isEmpty() ? first : all).rejected();
    }
  }

  /** All mistakes of all route files. No route is started. */
  static RouteMistakes mistakes(Settings settings, CamelProgram program) {
    RouteMistakes mistakes = CamelProgram.routeMistakes(settings, RouteSchema.read());
    do {
      Main main = program.camel(mistakes, false);
      try {
        main.start();
      } catch (Exception e) {
        RouteFault.add(e, mistakes);
      } finally {
        main.stop();
      }
      // Camel stops at the first mistake, so that the other files are built without it.
    } while (mistakes.leaveOutFaulty());
    return mistakes;
  }
}
