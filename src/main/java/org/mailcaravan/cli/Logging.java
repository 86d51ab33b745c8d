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
 * Configures where log lines go. The service writes them to standard output, for service managers
 * and containers. Other commands use the terminal for progress and results, and write log lines to
 * {@code logs/mailcaravan.log} in the data folder. To be called before other threads start.
 */
public final class Logging {
  private static volatile @Nullable Path file;

  private Logging() {}

  /** Sends log lines to standard output. */
  public static void service() {
    configure("/logback.xml", null);
  }

  /** Drops log lines, until {@link #toFolder} is called. */
  public static void silent() {
    LoggerContext context = context();
    context.reset();
    file = null;
  }

  /**
   * Sends log lines to {@code logs/mailcaravan.log} in the data folder; creates the folder {@code
   * logs}.
   *
   * <p>To be called once the data folder exists, except by the service.
   */
  public static void toFolder(Path dataFolder) {
    configure("/logback-file.xml", dataFolder.resolve("logs").resolve("mailcaravan.log"));
  }

  /** The log file, if there is one. */
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
