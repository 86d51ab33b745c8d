package org.mailcaravan.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go. The service writes them to standard output, where service managers and
 * containers pick them up. Commands in the foreground keep the terminal for progress and results
 * and write to {@code logs/mailcaravan.log} in the data folder. To be called before other threads
 * run.
 */
public final class Logging {
  private static volatile @Nullable Path file;

  private Logging() {}

  /** Log lines go to standard output, one for each event. */
  public static void service() {
    configure("/logback.xml", null);
  }

  /** Log lines go nowhere, until {@link #toFolder} says where. */
  public static void silent() {
    LoggerContext context = context();
    context.reset();
    file = null;
  }

  /**
   * Log lines go to {@code logs/mailcaravan.log} in the data folder; the folder logs is made.
   *
   * <p>To be called by whoever knows the data folder, when it is there, unless the service runs.
   */
  public static void toFolder(Path dataFolder) {
    configure("/logback-file.xml", dataFolder.resolve("logs").resolve("mailcaravan.log"));
  }

  /** The file that log lines go to, if they go to one. */
  static Optional<Path> file() {
    return Optional.ofNullable(file);
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }

  private static void configure(String resource, @Nullable Path target) {
    URL configuration = Objects.requireNonNull(Logging.class.getResource(resource), resource);
    LoggerContext context = context();
    context.reset();
    if (target != null) {
      context.putProperty("LOG_FILE", target.toString());
    }
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    try {
      configurator.doConfigure(configuration);
    } catch (JoranException e) {
      throw new IllegalStateException(resource, e);
    }
    file = target;
  }
}
