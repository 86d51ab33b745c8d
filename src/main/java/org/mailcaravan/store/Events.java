package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Event;
import org.mailcaravan.model.RecordedEvent;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What happened, numbered without gaps in the order of commits: whoever has read number n will
 * never see a smaller one appear. Thread-safe.
 *
 * <p>The next number is a row that all writers change, so each holds it until its commit. Within a
 * transaction events are therefore kept back and written right before the commit, whenever they
 * were added: the row is always the last one that a transaction locks, and for a moment only.
 */
public final class Events {
  /**
   * How many one statement inserts. A few sizes only, so that the database knows the statements.
   */
  private static final int[] SIZES = {64, 8, 1};

  private static final int MOST_READ = 1000;

  /** Of an event e: the address of its mailbox. */
  static final String SOURCE =
      "(select m.source_address from mailbox m where m.id = e.mailbox_id) as source";

  private final Database database;
  private final String node;

  /**
   * @param node the name of this node
   */
  public Events(Database database, String node) {
    this.database = database;
    this.node = node;
  }

  /** Records one; see {@link Event}. It is gone when the caller's transaction is rolled back. */
  public void add(
      String kind,
      String actor,
      @Nullable String migration,
      @Nullable String mailbox,
      @Nullable Long pass,
      @Nullable String host,
      @Nullable String state,
      String reason) {
    addAll(List.of(new Event(kind, actor, migration, mailbox, pass, host, state, reason)));
  }

  /** Records several, in their order. */
  public void addAll(List<Event> events) {
    if (events.isEmpty()) {
      return;
    }
    if (TransactionSynchronizationManager.isSynchronizationActive()
        && TransactionSynchronizationManager.isActualTransactionActive()) {
      pending().events.addAll(events);
    } else {
      write(events);
      database.eventsCommitted();
    }
  }

  /**
   * Those after a number, oldest first.
   *
   * @param number that of the last one known; 0 for all
   * @param most how many at most; never more than 1000
   */
  public List<RecordedEvent> after(long number, int most) {
    return database
        .jdbc()
        .sql("select e.*, " + SOURCE + " from event e where e.number > ? order by e.number limit ?")
        .params(number, Math.max(1, Math.min(most, MOST_READ)))
        .query((row, index) -> event(row))
        .list();
  }

  /** The number of the last one; 0 when there is none. */
  public long last() {
    return database.jdbc().sql("select last from event_number").query(Long.class).single();
  }

  private static RecordedEvent event(ResultSet row) throws SQLException {
    return new RecordedEvent(
        row.getLong("number"),
        row.getTimestamp("at").toInstant(),
        row.getString("node"),
        row.getString("source"),
        new Event(
            row.getString("kind"),
            row.getString("actor"),
            row.getString("migration_id"),
            row.getString("mailbox_id"),
            row.getObject("pass_id", Long.class),
            row.getString("host"),
            row.getString("state"),
            row.getString("reason")));
  }

  private Pending pending() {
    for (TransactionSynchronization each :
        TransactionSynchronizationManager.getSynchronizations()) {
      if (each instanceof Pending pending && pending.owner() == this) {
        return pending;
      }
    }
    Pending pending = new Pending();
    TransactionSynchronizationManager.registerSynchronization(pending);
    return pending;
  }

  private void write(List<Event> events) {
    database.inTransaction(
        () -> {
          database
              .jdbc()
              .sql("update event_number set last = last + ?")
              .param(events.size())
              .update();
          int from = 0;
          for (int size : SIZES) {
            while (events.size() - from >= size) {
              insert(events.subList(from, from + size), events.size() - from);
              from += size;
            }
          }
        });
  }

  /**
   * @param left how many numbers, of those that were taken, are not used yet
   */
  private void insert(List<Event> events, int left) {
    String values =
        "((select last from event_number) - ?, current_timestamp, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    JdbcClient.StatementSpec statement =
        database
            .jdbc()
            .sql(
                "insert into event (number, at, kind, actor, node, migration_id, mailbox_id, pass_id,"
                    + " host, state, reason) values "
                    + String.join(", ", Collections.nCopies(events.size(), values)));
    int before = left;
    for (Event event : events) {
      before--;
      statement =
          statement
              .param(before)
              .param(event.kind())
              .param(event.actor())
              .param(node)
              .param(event.migration())
              .param(event.mailbox())
              .param(event.pass())
              .param(event.host())
              .param(event.state())
              .param(event.reason());
    }
    statement.update();
  }

  /** What an open transaction has to record yet. */
  private final class Pending implements TransactionSynchronization {
    private final List<Event> events = new ArrayList<>();

    private Events owner() {
      return Events.this;
    }

    @Override
    public void beforeCommit(boolean readOnly) {
      write(events);
    }

    @Override
    public void afterCommit() {
      database.eventsCommitted();
    }
  }
}
