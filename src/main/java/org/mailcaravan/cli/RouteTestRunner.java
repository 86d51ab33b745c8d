package org.mailcaravan.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs compiled tests of routes. What does it is in the folder {@code test} beside the program's
 * jar, with libraries that no other command loads.
 */
public interface RouteTestRunner {
  /**
   * A test that has ended.
   *
   * @param name its class and method
   * @param failure why it failed; null where it passed
   */
  record Outcome(String name, @Nullable Throwable failure, Duration time) {}

  /**
   * Runs tests, one after the other.
   *
   * @param tests loads them
   * @param classes their names
   * @param routes the folder with the route files that they are for
   * @param properties what each test begins with
   * @param longest after which time a test is given up as failed
   */
  List<Outcome> run(
      ClassLoader tests,
      List<String> classes,
      Path routes,
      Map<String, String> properties,
      Duration longest);
}
