package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MigrationMessage;

/**
 * What is told of migrations, to whom. It is queued together with how far the events have been
 * read, and due until it is given: a kill gives it late and never not. A kill right after it was
 * given gives it again, with the same number of the event. To one receiver the messages of a
 * migration go in their order. Thread-safe.
 */
public final class Tellings {
  /** A turn waits for the slowest receiver. */
  private static final int AT_ONCE = 10;

  /** So long nobody else sends what one program is sending, as long as that lives. */
  private static final Duration TAKEN = Duration.ofMinutes(5);

  /** How often it is seen whether all mailboxes of a request have been looked at. */
  private static final Duration NEXT_LOOK = Duration.ofMinutes(5);

  /** How often it is seen whether the answer to the request was given. */
  private static final Duration NEXT_ANSWER = Duration.ofSeconds(5);

  private static final Duration FULL = Duration.ofMinutes(5);

  /**
   * Of a telling t: it waits, and nothing that comes before it does. What customers have to do is
   * gathered for a while, and tells what holds then.
   */
  private static final String NEXT =
      "t.sent_at is null and not t.given_up and not exists (select 1 from telling o"
          + " where o.migration_id = t.migration_id and o.receiver = t.receiver"
          + " and o.event_number < t.event_number and o.message <> 'NEEDS_CUSTOMER'"
          + " and o.sent_at is null and not o.given_up)";

  /**
   * Of a telling t: its receiver is not left alone. One that fails whatever it is told is tried
   * with one message after each wait, and not with all that wait.
   */
  private static final String AWAKE =
      "not exists (select 1 from telling a where a.receiver = t.receiver and a.id <> t.id"
          + " and a.of_receiver and a.sent_at is null and not a.given_up and a.due_at > current_timestamp)";

  /** Of a telling t: it is due, or the program that was giving it is gone. */
  private static final String DUE =
      "(t.due_at <= current_timestamp or (t.taken_by is not null and "
          + Nodes.isGone("t.taken_by")
          + "))";

  /** Of a telling t by file: it is of the drop folder of this program. */
  private static final String OF_THIS_NODE =
      " and exists (select 1 from answer a join migration m on m.request_id = a.request_id"
          + " where m.id = t.migration_id and a.follows is null and a.node = ?)";

  private final Database database;
  private final Events events;
  private final String node;
  private final Duration lease;
  private final List<Receiver> receivers;
  private final Clock clock;
  private final TellingQueue queue;
  private final TellingFailures failures;
  private final int mailsInAnHour;
  private final AtomicBoolean anyWaits = new AtomicBoolean();

  /**
   * A message that is to be given now.
   *
   * @param event the number of what it tells of; whoever gets it twice knows it by that
   * @param at when that happened
   * @param reason as the event has it
   */
  public record Telling(
      long id,
      long event,
      Instant at,
      MigrationMessage message,
      String receiver,
      String migration,
      String reason) {
    /** Which one it is, as events name it. */
    String words() {
      return "the message \"" + message.id() + "\" of event " + event;
    }
  }

  /**
   * @param lease how long a program counts as alive after it was seen, as {@link Nodes} says
   * @param receivers those that are told, in their order
   * @param mailsInAnHour to one address; more wait
   */
  public Tellings(
      Database database,
      Events events,
      String node,
      Duration lease,
      List<Receiver> receivers,
      int mailsInAnHour,
      Clock clock) {
    this.database = database;
    this.events = events;
    this.node = node;
    this.lease = lease;
    this.clock = clock;
    this.receivers = List.copyOf(receivers);
    this.queue = new TellingQueue(database, events, this.receivers);
    this.failures = new TellingFailures(database, events);
    this.mailsInAnHour = mailsInAnHour;
  }

  /** The names of those for whom something may be due, in their order. */
  public List<String> receivers() {
    if (!anyWaits.get()) {
      return List.of();
    }
    List<String> waiting =
        database
            .jdbc()
            .sql("select distinct receiver from telling where sent_at is null and not given_up")
            .query(String.class)
            .list();
    anyWaits.set(!waiting.isEmpty());
    return receivers.stream().map(Receiver::name).filter(waiting::contains).toList();
  }

  /**
   * Lets go of what a program of the same name was giving when it ended. To be called at the start.
   */
  public void recover() {
    int unused =
        database
            .jdbc()
            .sql(
                "update telling set due_at = current_timestamp, taken_by = null where taken_by = ?"
                    + " and sent_at is null")
            .param(node)
            .update();
  }

  /** Queues what new events are told by. Of several nodes one does it. */
  public void turn() {
    if (queue.turn(clock.instant())) {
      anyWaits.set(true);
    }
  }

  /** The ids of what is due to a receiver, the oldest first: one of each migration. */
  public List<Long> due(String receiver) {
    boolean byFile = reach(receiver) == Receiver.Reach.BY_FILE;
    List<Object> parameters = new ArrayList<>(List.of(receiver, Seconds.of(lease)));
    if (byFile) {
      parameters.add(node);
    }
    parameters.add(AT_ONCE);
    return database
        .jdbc()
        .sql(
            "select t.id from telling t where t.receiver = ? and "
                + NEXT
                + " and "
                + DUE
                + " and "
                + AWAKE
                + (byFile ? OF_THIS_NODE : "")
                + " order by t.attempts, t.due_at, t.id limit ?")
        .params(parameters)
        .query(Long.class)
        .list();
  }

  /** The message, for the one who is to give it now; empty for all others. */
  public Optional<Telling> take(long id) {
    return database.tryingAgain(
        () -> {
          Optional<Telling> found =
              database
                  .jdbc()
                  .sql(
                      "select t.*, e.at, e.reason as why from telling t join event e on e.number = t.event_number"
                          + " where t.id = ? and "
                          + NEXT
                          + " and "
                          + DUE
                          + " and "
                          + AWAKE)
                  .params(id, Seconds.of(lease))
                  .query((row, number) -> telling(row))
                  .optional();
          return found.isEmpty() || hasToWait(found.get()) || !isTaken(id)
              ? Optional.<Telling>empty()
              : found;
        });
  }

  private boolean isTaken(long id) {
    return database
            .jdbc()
            .sql(
                "update telling t set due_at = current_timestamp + "
                    + Seconds.SQL
                    + ", taken_by = ?, attempts = attempts + 1 where t.id = ? and t.sent_at is null"
                    + " and not t.given_up and "
                    + DUE)
            .params(Seconds.of(TAKEN), node, id, Seconds.of(lease))
            .update()
        > 0;
  }

  private static Telling telling(ResultSet row) throws SQLException {
    return new Telling(
        row.getLong("id"),
        row.getLong("event_number"),
        row.getTimestamp("at").toInstant(),
        MigrationMessage.valueOf(row.getString("message")),
        row.getString("receiver"),
        row.getString("migration_id"),
        row.getString("why"));
  }

  private boolean hasToWait(Telling telling) {
    if (reach(telling.receiver).isAnswered() && isAnswerDue(telling)) {
      putOff(telling, NEXT_ANSWER);
      return true;
    }
    if (telling.message == MigrationMessage.NEEDS_CUSTOMER && isLookedAt(telling)) {
      putOff(telling, NEXT_LOOK);
      return true;
    }
    if (telling.receiver.equals(Receiver.MAIL) && hasTooMany(telling)) {
      putOff(telling, FULL);
      return true;
    }
    return false;
  }

  /** Whether its reader has not got the answer to the request yet, which comes first. */
  private boolean isAnswerDue(Telling telling) {
    return !database
        .jdbc()
        .sql(
            "select 1 from answer a join migration m on m.request_id = a.request_id where m.id = ?"
                + " and a.follows is null and a.sent_at is null and not a.given_up limit 1")
        .param(telling.migration)
        .query(Integer.class)
        .list()
        .isEmpty();
  }

  private Receiver.Reach reach(String receiver) {
    return receivers.stream()
        .filter(each -> each.name().equals(receiver))
        .findFirst()
        .map(Receiver::reach)
        .orElse(Receiver.Reach.ALL);
  }

  /** Whether looks go on that may find more, and have not taken too long. */
  private boolean isLookedAt(Telling telling) {
    return !database
        .jdbc()
        .sql(
            "select 1 from preflight f join telling t on t.migration_id = f.migration_id where t.id = ?"
                + " and f.state in ('WAITING', 'RUNNING') and t.queued_at > current_timestamp - "
                + Seconds.SQL
                + " limit 1")
        .params(telling.id, Seconds.of(LaterAnswers.LONGEST))
        .query(Integer.class)
        .list()
        .isEmpty();
  }

  private boolean hasTooMany(Telling telling) {
    return database
            .jdbc()
            .sql(
                "select count(*) from telling t join migration m on m.id = t.migration_id"
                    + " join answer a on a.request_id = m.request_id where t.receiver = ?"
                    + " and t.sent_at > current_timestamp - interval '1' hour and a.follows is null"
                    + " and a.recipient = (select b.recipient from answer b join migration n"
                    + " on n.request_id = b.request_id where n.id = ? and b.follows is null)")
            .params(telling.receiver, telling.migration)
            .query(Integer.class)
            .single()
        >= mailsInAnHour;
  }

  private void putOff(Telling telling, Duration wait) {
    int unused =
        database
            .jdbc()
            .sql(
                "update telling set due_at = current_timestamp + "
                    + Seconds.SQL
                    + ", taken_by = null where id = ?")
            .params(Seconds.of(wait), telling.id)
            .update();
  }

  /** It has been given. */
  public void sent(Telling telling) {
    end(telling, null);
    int unused =
        database
            .jdbc()
            .sql(
                "update telling set of_receiver = false, due_at = current_timestamp"
                    + " where receiver = ? and of_receiver and sent_at is null and not given_up"
                    + " and taken_by is null")
            .param(telling.receiver)
            .update();
  }

  /**
   * Nothing is to be told any more, since it was done meanwhile.
   *
   * @param why in words
   */
  public void notNeeded(Telling telling, String why) {
    end(telling, why);
  }

  private void end(Telling telling, @Nullable String why) {
    database.inTransaction(
        () -> {
          int unused =
              database
                  .jdbc()
                  .sql(
                      "update telling set sent_at = current_timestamp, taken_by = null, reason = ? where id = ?")
                  .params(why, telling.id)
                  .update();
          if (telling.message == MigrationMessage.NEEDS_CUSTOMER) {
            endThoseThatSayTheSame(telling);
          }
          if (why == null) {
            events.add(
                "telling",
                "routes",
                telling.migration,
                null,
                null,
                null,
                "SENT",
                "%s was told to %s".formatted(telling.words(), telling.receiver));
          }
        });
  }

  /** It has told all that there is to do, so also what other events had found by then. */
  private void endThoseThatSayTheSame(Telling telling) {
    int unused =
        database
            .jdbc()
            .sql(
                "update telling set sent_at = current_timestamp, reason = 'told by an earlier one'"
                    + " where migration_id = ? and receiver = ? and message = ? and sent_at is null"
                    + " and not given_up and queued_at < (select s.due_at - "
                    + Seconds.SQL
                    + " from telling s where s.id = ?)")
            .params(
                telling.migration,
                telling.receiver,
                telling.message.name(),
                Seconds.of(TAKEN),
                telling.id)
            .update();
  }

  /** It could not be given, and is tried again for some days, unless that is of no use. */
  public void notSent(Telling telling, TellingFailure failure) {
    failures.add(
        new TellingFailures.Of(
            telling.id,
            telling.migration,
            telling.words() + " could not be told to " + telling.receiver),
        failure);
  }
}
