package org.mailcaravan.routetest;

import java.nio.file.Path;

/** Which route files the tests of this process are for. Thread-safe. */
final class RouteFolder {
  private static volatile Path folder = Path.of("routes");

  private RouteFolder() {}

  static void set(Path routes) {
    folder = routes;
  }

  static Path get() {
    return folder.toAbsolutePath();
  }
}
