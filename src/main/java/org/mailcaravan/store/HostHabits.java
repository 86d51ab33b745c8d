package org.mailcaravan.store;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.mailcaravan.model.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * What was learned of mail servers that they do not say of themselves. Holds for every mailbox of a
 * host, and for a month: servers get better, and what was learned may have been chance.
 * Thread-safe.
 */
public final class HostHabits {
  private static final Logger LOG = LoggerFactory.getLogger(HostHabits.class);
  private static final Duration VALID = Duration.ofDays(30);

  private final Database database;
  private final Clock clock;

  public HostHabits(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** What a server cannot bear, or do. */
  public enum Habit {
    /** A command that comes before the one before was answered. */
    ONE_COMMAND_AT_A_TIME,
    /** More than a few commands on a connection. */
    SHORT_CONNECTIONS,
    /** That its STATUS is believed: it tells of what was there some time ago. */
    STALE_STATUS
  }

  /** Whether a server is known for something. */
  public boolean has(Server server, Habit habit) {
    return database
        .jdbc()
        .sql("select since from host_habit where host = ? and habit = ?")
        .params(name(server), habit.name())
        .query(Timestamp.class)
        .optional()
        .filter(since -> since.toInstant().isAfter(now().minus(VALID)))
        .isPresent();
  }

  /** Notes what was learned just now; where the database is away, it is learned again later. */
  public void learn(Server server, Habit habit) {
    try {
      note(server, habit);
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("the habit {} of {} is not noted: {}", habit, server, e.getMessage());
    }
  }

  private void note(Server server, Habit habit) {
    Timestamp since = Timestamp.from(now());
    database.put(
        () ->
            database
                .jdbc()
                .sql("update host_habit set since = ? where host = ? and habit = ?")
                .params(since, name(server), habit.name())
                .update(),
        () ->
            database
                .jdbc()
                .sql("insert into host_habit (host, habit, since) values (?, ?, ?)")
                .params(name(server), habit.name(), since)
                .update());
  }

  private Instant now() {
    return clock.instant();
  }

  /** With its port, as of accounts that are left alone: behind another may be another server. */
  private static String name(Server server) {
    String lower = server.toString().toLowerCase(Locale.ROOT);
    return lower.substring(Math.max(0, lower.length() - 255));
  }
}
