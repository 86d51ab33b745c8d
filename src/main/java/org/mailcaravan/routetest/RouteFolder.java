package org.mailcaravan.routetest;

import java.nio.file.Path;
import java.util.Map;

/** Which route files the tests of this process are for, and with which properties. Thread-safe. */
final class RouteFolder {
  private static volatile Path folder = Path.of("routes");
  private static volatile Map<String, String> properties = Map.of();

  private RouteFolder() {}

  static void set(Path routes, Map<String, String> ofAll) {
    folder = routes;
    properties = Map.copyOf(ofAll);
  }

  static Path get() {
    return folder.toAbsolutePath();
  }

  /** What each test begins with. */
  static Map<String, String> properties() {
    return properties;
  }
}
