package org.mailcaravan.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MailboxState;

/**
 * What routes of one's own do after a pass or a migration. It is queued together with how far its
 * route has read the events, and due until it is done: a kill does it late and never not. A kill
 * right after it was done does it again, with the same number of the event. Thread-safe.
 */
public final class StepQueue {
  /** What a route comes after. */
  public enum Occasion {
    /** A pass has ended, and its result is stored. */
    AFTER_PASS(
        "e.kind = 'pass' and e.state in ("
            + Arrays.stream(MailboxState.values())
                .filter(state -> state != MailboxState.QUEUED && state != MailboxState.COPYING)
                .map(state -> "'" + state + "'")
                .collect(Collectors.joining(", "))
            + ") and exists (select 1 from pass p where p.id = e.pass_id and p.state = 'ENDED')"),
    /** All passes of a migration have ended, and its report is written. */
    AFTER_MIGRATION("e.kind = 'report'");

    private final String events;
    private final String words = name().toLowerCase(Locale.ROOT).replace('_', ' ');

    Occasion(String events) {
      this.events = events;
    }

    /** As a list in SQL. */
    static String all() {
      return Arrays.stream(values())
          .map(each -> "'" + each + "'")
          .collect(Collectors.joining(", "));
    }
  }

  private static final String ROUTE = "route ";
  private static final int EVENTS_AT_ONCE = 1000;

  /** Of a reader and of a receiver, in the tables; PostgreSQL cuts off the rest without a word. */
  private static final int LONGEST_NAME = 100;

  /** How often it is seen what other programs have left: each sees to its own while it lives. */
  private static final Duration LOOK = Duration.ofMinutes(2);

  /** How often one looks whether the time of another try has come. */
  private static final Duration NEXT_TRY = Duration.ofSeconds(5);

  /** A step may take long; one of a program that is gone is given to another before that. */
  private static final Duration TAKEN = Duration.ofDays(1);

  /** Of a row t: it is to be done now. */
  private static final String DUE =
      "t.sent_at is null and not t.given_up and (t.due_at <= current_timestamp"
          + " or (t.taken_by is not null and "
          + Nodes.isGone("t.taken_by")
          + "))";

  /** Of an event e: it is of this program, which has its files, or of one that is gone. */
  private static final String OWN = "(e.node = ? or " + Nodes.isGone("e.node") + ")";

  private final Database database;
  private final String node;
  private final Duration lease;
  private final TellingFailures failures;
  private final Map<String, Reader> readers = new ConcurrentHashMap<>();

  /** How far a route of this program has looked. */
  private static final class Reader {
    final Occasion occasion;
    long seen = -1;
    @Nullable Instant looked;
    Instant nextTry = Instant.MIN;
    boolean anyWaits = true;

    Reader(Occasion occasion) {
      this.occasion = occasion;
    }
  }

  /**
   * Something that a route is to do now.
   *
   * @param event the number of what it comes after; whoever gets it twice knows it by that
   * @param route its id
   * @param pass the pass that has ended; null after a migration
   * @param address of the mailbox, at the old provider; null after a migration
   */
  public record Step(
      long id,
      long event,
      Occasion occasion,
      String route,
      String migration,
      @Nullable Long pass,
      @Nullable String address) {
    /** Which one it is, as events name it. */
    String words() {
      return "the route \"%s\" %s of %s"
          .formatted(route, occasion.words, address == null ? migration : address);
    }
  }

  /**
   * @param lease how long a program counts as alive after it was seen, as {@link Nodes} says
   */
  public StepQueue(Database database, Events events, String node, Duration lease) {
    this.database = database;
    this.node = node;
    this.lease = lease;
    this.failures = new TellingFailures(database, events);
  }

  /**
   * A route of this program comes after something from now on. Where it did so in an earlier run,
   * it goes on where it was; where it came after something else until now, it begins anew.
   *
   * @throws IllegalArgumentException for an id that is too long
   */
  public void register(String route, Occasion occasion) {
    if (name(route).length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "the id \"%s\" of a route has more than %d letters"
              .formatted(route, LONGEST_NAME - ROUTE.length()));
    }
    Reader before = readers.get(route);
    if (before != null && before.occasion == occasion) {
      return;
    }
    // Another program may register the same route at the same time.
    boolean unused = database.tryingAgain(() -> write(route, occasion));
    readers.put(route, new Reader(occasion));
  }

  private boolean write(String route, Occasion occasion) {
    int unused =
        database
            .jdbc()
            .sql(
                "insert into event_reader (name, last) select cast(:name as varchar(100)), last"
                    + " from event_number where not exists"
                    + " (select 1 from event_reader where name = :name)")
            .param("name", name(route))
            .update();
    int unusedToo =
        database
            .jdbc()
            .sql(
                "update telling set due_at = current_timestamp, taken_by = null where taken_by = ?"
                    + " and receiver = ? and sent_at is null and not given_up and message in ("
                    + Occasion.all()
                    + ")")
            .params(node, name(route))
            .update();
    int unusedAsWell =
        database
            .jdbc()
            .sql(
                "update telling set sent_at = current_timestamp, reason = ? where receiver = ?"
                    + " and message <> ? and taken_by is null and sent_at is null and not given_up")
            .params("the route comes after something else now", name(route), occasion.name())
            .update();
    return true;
  }

  /** A route of this program comes after nothing any more. */
  public void unregister(String route) {
    Reader reader = readers.get(route);
    if (reader != null) {
      synchronized (reader) {
        boolean unused = readers.remove(route, reader);
      }
    }
  }

  /**
   * Forgets routes that no program has any more: one that comes back some day begins anew. To be
   * called when the routes of this program are registered, and again when some are no more.
   */
  public void forgetOthers() {
    List<String> own = readers.keySet().stream().map(StepQueue::name).toList();
    changeOthers("delete from event_reader where ", "name", own);
    changeOthers(
        "update telling set sent_at = current_timestamp, taken_by = null,"
            + " reason = 'there is no such route any more'"
            + " where sent_at is null and not given_up and ",
        "receiver",
        own);
  }

  /** Only where no other program is there, which may have the route. */
  private void changeOthers(String sql, String column, List<String> own) {
    int unused =
        database
            .jdbc()
            .sql(
                sql
                    + column
                    + " like '"
                    + ROUTE
                    + "%'"
                    + (own.isEmpty() ? "" : " and " + column + " not in (:own)")
                    + " and not exists (select 1 from node n where n.name <> :node"
                    + " and n.stopped_at is null and n.seen_at > current_timestamp - "
                    + Seconds.SQL.replace("?", ":lease")
                    + ")")
            .param("own", own)
            .param("node", node)
            .param("lease", Seconds.of(lease))
            .update();
  }

  /** Its name as a reader of events and in the queue; no receiver of messages has such a one. */
  private static String name(String route) {
    return ROUTE + route;
  }

  /** Whether routes of this program come after passes or migrations. */
  public boolean isUsed() {
    return !readers.isEmpty();
  }

  /**
   * What a route is to do next, for the caller alone; empty where nothing is due. It asks the
   * database only where there may be something.
   *
   * @param now for how often to look
   */
  public Optional<Step> take(String route, Instant now) {
    Reader reader = readers.get(route);
    if (reader == null) {
      return Optional.empty();
    }
    synchronized (reader) {
      readOn(route, reader, now);
      if (!reader.anyWaits || now.isBefore(reader.nextTry)) {
        return Optional.empty();
      }
      Optional<Step> step = database.tryingAgain(() -> next(route, reader.occasion));
      if (step.isEmpty()) {
        reader.nextTry = now.plus(NEXT_TRY);
        reader.anyWaits = waits(route);
      }
      return step;
    }
  }

  /** Queues what events until now bring, for each route of this program. */
  public void readOn(Instant now) {
    readers.forEach(
        (route, reader) -> {
          synchronized (reader) {
            reader.looked = null;
            readOn(route, reader, now);
          }
        });
  }

  /** Queues what new events bring. Of several programs one does it. */
  private void readOn(String route, Reader reader, Instant now) {
    if (readers.get(route) != reader) {
      // The route has gone meanwhile, and would be known again by reading on.
      reader.anyWaits = false;
      return;
    }
    long written = database.eventsWritten();
    Instant looked = reader.looked;
    boolean isTime = looked == null || !now.isBefore(looked.plus(LOOK));
    if (!isTime && written == reader.seen) {
      return;
    }
    boolean isRead = false;
    while (!isRead) {
      isRead = database.tryingAgain(() -> readSome(route, reader.occasion));
    }
    reader.seen = written;
    reader.looked = now;
    reader.nextTry = Instant.MIN;
    reader.anyWaits = waits(route);
  }

  /**
   * @return whether all events are read
   */
  private boolean readSome(String route, Occasion occasion) {
    Long from =
        database
            .jdbc()
            .sql("select last from event_reader where name = ? for update")
            .param(name(route))
            .query(Long.class)
            .optional()
            .orElse(null);
    long last = database.jdbc().sql("select last from event_number").query(Long.class).single();
    if (from == null) {
      // Another program has forgotten it.
      database
          .jdbc()
          .sql("insert into event_reader (name, last) values (?, ?)")
          .params(name(route), last)
          .update();
      return true;
    }
    long to = Math.min(from + EVENTS_AT_ONCE, last);
    if (to <= from) {
      return true;
    }
    int unusedToo =
        database
            .jdbc()
            .sql(
                "insert into telling (event_number, migration_id, message, receiver, queued_at, due_at)"
                    + " select e.number, m.id, cast(? as varchar(40)), cast(? as varchar(100)),"
                    + " current_timestamp, current_timestamp from event e"
                    + " join migration m on m.id = e.migration_id"
                    + " where e.number > ? and e.number <= ? and "
                    + occasion.events)
            .params(occasion.name(), name(route), from, to)
            .update();
    int unused =
        database
            .jdbc()
            .sql("update event_reader set last = ? where name = ?")
            .params(to, name(route))
            .update();
    return to == last;
  }

  private boolean waits(String route) {
    return !database
        .jdbc()
        .sql(
            "select 1 from telling where receiver = ? and sent_at is null and not given_up limit 1")
        .param(name(route))
        .query(Integer.class)
        .list()
        .isEmpty();
  }

  private Optional<Step> next(String route, Occasion occasion) {
    return database
        .jdbc()
        .sql(
            "select t.id, t.event_number, t.migration_id, e.pass_id,"
                + " (select b.source_address from mailbox b where b.id = e.mailbox_id) as source"
                + " from telling t join event e on e.number = t.event_number"
                + " where t.receiver = ? and t.message = ? and "
                + DUE
                + " and "
                + OWN
                + " order by t.attempts, t.due_at, t.id limit 1")
        .params(name(route), occasion.name(), Seconds.of(lease), node, Seconds.of(lease))
        .query(
            (row, number) ->
                new Step(
                    row.getLong("id"),
                    row.getLong("event_number"),
                    occasion,
                    route,
                    row.getString("migration_id"),
                    row.getObject("pass_id", Long.class),
                    row.getString("source")))
        .optional()
        .filter(step -> isTaken(step.id));
  }

  private boolean isTaken(long id) {
    return database
            .jdbc()
            .sql(
                "update telling t set due_at = current_timestamp + "
                    + Seconds.SQL
                    + ", taken_by = ?, attempts = attempts + 1 where t.id = ? and "
                    + DUE)
            .params(Seconds.of(TAKEN), node, id, Seconds.of(lease))
            .update()
        > 0;
  }

  /** It is done. */
  public void done(Step step) {
    boolean hadFailed =
        !database
            .jdbc()
            .sql("select 1 from telling where id = ? and reason is not null")
            .param(step.id)
            .query(Integer.class)
            .list()
            .isEmpty();
    end(step, null);
    if (hadFailed) {
      failures.over(new TellingFailures.Of(step.id, step.migration, step.words() + " has worked"));
    }
  }

  /**
   * There is nothing to do any more.
   *
   * @param why in words
   */
  public void notNeeded(Step step, String why) {
    end(step, why);
  }

  private void end(Step step, @Nullable String why) {
    int unused =
        database
            .jdbc()
            .sql(
                "update telling set sent_at = current_timestamp, taken_by = null, reason = ? where id = ?")
            .params(why, step.id)
            .update();
  }

  /** It was taken and not begun: it is due as before. */
  public void giveBack(Step step) {
    int unused =
        database
            .jdbc()
            .sql("update telling set due_at = current_timestamp, taken_by = null where id = ?")
            .param(step.id)
            .update();
  }

  /** It has failed, and is tried again for some days. */
  public void failed(Step step, String words) {
    failures.add(
        new TellingFailures.Of(step.id, step.migration, step.words() + " failed"),
        new TellingFailure(words, false, false, null));
  }

  /**
   * How many steps after a migration and its passes were not tried yet, or are under way.
   *
   * @param routes whose steps
   */
  public int untried(String migration, Collection<String> routes) {
    if (routes.isEmpty()) {
      return 0;
    }
    return database
        .jdbc()
        .sql(
            "select count(*) from telling where migration_id = :id and sent_at is null and not given_up"
                + " and (attempts = 0 or taken_by is not null) and receiver in (:names)")
        .param("id", migration)
        .param("names", routes.stream().map(StepQueue::name).toList())
        .query(Integer.class)
        .single();
  }

  /** Why steps after a migration and its passes are not done, the first ones. */
  public List<String> open(String migration, int most) {
    return database
        .jdbc()
        .sql(
            "select receiver, reason from telling where migration_id = ? and sent_at is null"
                + " and message in ("
                + Occasion.all()
                + ") order by id limit ?")
        .params(migration, most)
        .query(
            (row, number) ->
                row.getString("reason") == null
                    ? "the %s was not called yet; run, or the next migrate with this data folder, calls it"
                        .formatted(row.getString("receiver"))
                    : row.getString("reason"))
        .list();
  }
}
