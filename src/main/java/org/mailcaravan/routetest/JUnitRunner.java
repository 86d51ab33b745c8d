package org.mailcaravan.routetest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.mailcaravan.cli.RouteTestRunner;

/** Runs the tests by JUnit. */
public final class JUnitRunner implements RouteTestRunner {
  /** For the service loader. */
  public JUnitRunner() {}

  @Override
  public List<Outcome> run(
      ClassLoader tests,
      List<String> classes,
      Path routes,
      Map<String, String> properties,
      Duration longest) {
    RouteFolder.set(routes, properties);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(tests);
    try {
      LauncherDiscoveryRequest request =
          LauncherDiscoveryRequestBuilder.request()
              .selectors(
                  classes.stream()
                      .map(name -> DiscoverySelectors.selectClass(tests, name))
                      .toList())
              .configurationParameter(
                  "junit.jupiter.execution.timeout.default", longest.toSeconds() + " s")
              // One that waits for ever ends, too.
              .configurationParameter(
                  "junit.jupiter.execution.timeout.thread.mode.default", "SEPARATE_THREAD")
              .build();
      Launcher launcher = LauncherFactory.create();
      Listener listener = new Listener();
      launcher.execute(request, listener);
      return List.copyOf(listener.outcomes);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static final class Listener implements TestExecutionListener {
    private final List<Outcome> outcomes = new ArrayList<>();
    private final Map<String, Long> began = new ConcurrentHashMap<>();

    @Override
    public void executionStarted(TestIdentifier test) {
      began.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      // As its author wants it.
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      boolean failed = result.getStatus() != TestExecutionResult.Status.SUCCESSFUL;
      if (test.isTest() || failed) {
        long start = began.getOrDefault(test.getUniqueId(), System.nanoTime());
        outcomes.add(
            new Outcome(
                name(test),
                failed ? result.getThrowable().orElseGet(AssertionError::new) : null,
                Duration.ofNanos(System.nanoTime() - start)));
      }
    }

    private static String name(TestIdentifier test) {
      Object source = test.getSource().orElse(null);
      if (source instanceof MethodSource method) {
        String name = method.getMethodName();
        boolean isOneOfSeveral = !test.getDisplayName().startsWith(name);
        return simple(method.getClassName())
            + "."
            + name
            + (isOneOfSeveral ? " " + test.getDisplayName() : "");
      }
      return source instanceof ClassSource type
          ? simple(type.getClassName())
          : test.getDisplayName();
    }

    private static String simple(String className) {
      return className.substring(className.lastIndexOf('.') + 1);
    }
  }
}
