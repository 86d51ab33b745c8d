package org.mailcaravan.store;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Counts the statements that go through Spring's JDBC on this thread, as it logs them. */
final class CountedStatements {
  private CountedStatements() {}

  /** What the work has the database do, in order. */
  static List<String> of(Runnable work) {
    Logger logger = (Logger) LoggerFactory.getLogger(JdbcTemplate.class);
    Level before = logger.getLevel();
    boolean additive = logger.isAdditive();
    List<String> statements = new ArrayList<>();
    String thread = Thread.currentThread().getName();
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            String message = event.getFormattedMessage();
            if (event.getThreadName().equals(thread)
                && message.startsWith("Executing prepared SQL statement")) {
              statements.add(message);
            }
          }
        };
    appender.start();
    logger.setAdditive(false);
    logger.setLevel(Level.DEBUG);
    logger.addAppender(appender);
    try {
      work.run();
    } finally {
      logger.detachAppender(appender);
      logger.setLevel(before);
      logger.setAdditive(additive);
    }
    return List.copyOf(statements);
  }
}
