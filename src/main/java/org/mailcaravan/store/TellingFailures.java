package org.mailcaravan.store;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.status.LostAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of messages that could not be given. Thread-safe. */
final class TellingFailures {
  private static final Logger LOG = LoggerFactory.getLogger(TellingFailures.class);

  /** Whoever fails less often than that is not given up, however long a program was away. */
  private static final int FEWEST_TRIES = 10;

  private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  /** As {@link Answers} are. */
  private static final Duration IN_ALL = Duration.ofDays(4);

  /**
   * A message.
   *
   * @param words what could not be done
   */
  record Of(long id, String migration, String words) {}

  private final Database database;
  private final Events events;

  TellingFailures(Database database, Events events) {
    this.database = database;
    this.events = events;
  }

  /** It could not be given, and is tried again for some days, unless that is of no use. */
  void add(Of telling, TellingFailure failure) {
    database.inTransaction(
        () -> {
          Tries tries = tries(telling, failure.isOfReceiver());
          boolean givenUp = failure.isFinal() || tries.isLate;
          Duration wait = givenUp ? Duration.ZERO : wait(tries.number, failure.after());
          String words =
              "%s, and is %s: %s"
                  .formatted(
                      telling.words(),
                      givenUp ? "given up" : "tried again for " + IN_ALL.toDays() + " days in all",
                      VisibleText.of(failure.words()));
          int unused =
              database
                  .jdbc()
                  .sql(
                      "update telling set due_at = current_timestamp + "
                          + Seconds.SQL
                          + ", taken_by = null, attempts = ?, given_up = ?, of_receiver = ?, reason = ?"
                          + " where id = ?")
                  .params(
                      Seconds.of(wait),
                      tries.number,
                      givenUp,
                      failure.isOfReceiver(),
                      cut(words),
                      telling.id())
                  .update();
          LOG.warn("{}", words);
          events.add(
              "telling",
              "routes",
              telling.migration(),
              null,
              null,
              null,
              givenUp ? "GIVEN_UP" : "FAILED",
              words);
        });
  }

  /** What had failed before is done. */
  void over(Of telling) {
    events.add(
        "telling",
        "routes",
        telling.migration(),
        null,
        null,
        null,
        "DONE",
        telling.words() + " at last");
  }

  private record Tries(int number, boolean isLate) {}

  /** A receiver that fails at all is tried once more each time, whichever message it is for. */
  private Tries tries(Of telling, boolean ofReceiver) {
    return database
        .jdbc()
        .sql(
            "select t.attempts as own, (select max(o.attempts) + 1 from telling o where o.receiver = t.receiver"
                + " and o.id <> t.id and o.of_receiver and o.sent_at is null and not o.given_up) as others,"
                + " t.attempts >= "
                + FEWEST_TRIES
                + " and t.queued_at < current_timestamp - "
                + Seconds.SQL
                + " as late from telling t where t.id = ?")
        .params(Seconds.of(IN_ALL), telling.id())
        .query(
            (row, number) ->
                new Tries(
                    ofReceiver
                        ? Math.max(row.getInt("own"), row.getInt("others"))
                        : row.getInt("own"),
                    row.getBoolean("late")))
        .single();
  }

  private static Duration wait(int tries, @Nullable Duration after) {
    long doubled = FIRST_WAIT.toMillis() << Math.min(20, Math.max(0, tries - 1));
    Duration wait = Duration.ofMillis(Math.min(doubled, LONGEST_WAIT.toMillis()));
    if (after == null || after.compareTo(wait) < 0) {
      return wait;
    }
    return after.compareTo(LONGEST_WAIT) < 0 ? after : LONGEST_WAIT;
  }

  private static String cut(String words) {
    return words.length() <= 4000 ? words : words.substring(0, 4000);
  }

  /**
   * To whom something was given up within the last days, once for each migration, the last first.
   */
  static List<LostAnswer> lost(Database database, int most) {
    return database
        .jdbc()
        .sql(
            "select max(due_at) as due_at, receiver, migration_id, message from telling where sent_at is null and given_up"
                + " and due_at > current_timestamp - interval '7' day group by receiver, migration_id, message"
                + " order by due_at desc, migration_id, receiver, message limit ?")
        .param(most)
        .query(
            (row, number) ->
                new LostAnswer(
                    Times.present(row, "due_at"),
                    row.getString("receiver"),
                    row.getString("migration_id"),
                    MigrationMessage.id(row.getString("message"))))
        .list();
  }
}
