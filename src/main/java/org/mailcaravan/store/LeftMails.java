package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailcaravan.model.status.WaitingMail;
import org.mailcaravan.model.status.WaitingMails;

/**
 * Mails of the support mailbox that were looked at and stay where they are. They are not read
 * again, by any program on this database. A mail that could not be taken is tried again a few
 * times, and then left, too. Thread-safe.
 */
public final class LeftMails {
  /** A mail is tried so often, within an hour and a half. */
  public static final int TRIES = 5;

  private static final Duration FIRST_WAIT = Duration.ofMinutes(1);

  /** Each wait is so many times as long as the one before. */
  private static final int LONGER = 4;

  /** Servers keep a UIDVALIDITY for years; what lies there for longer is looked at once more. */
  private static final Duration KEPT = Duration.ofDays(400);

  private static final int MOST_KNOWN = 20_000;
  private static final int LONGEST_SENDER = 320;
  private static final int LONGEST_REASON = 1000;

  private final Database database;
  private final Clock clock;
  private final Set<String> failing = new HashSet<>();

  /** Whether mails that were left wait for a person, by their places. */
  private final Map<String, Boolean> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > MOST_KNOWN;
        }
      };

  public LeftMails(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Why a mail stays where it is.
   *
   * @param sender the address that it comes from, as it claims; empty where it has none
   * @param why in words for us
   * @param waits whether a person is to look at it
   */
  public record Left(String sender, String why, boolean waits) {}

  /**
   * Whether a mail is to be read now: it was not left, and if it could not be taken, it is time to
   * try again.
   *
   * @param place account, folder, UIDVALIDITY and UID (or the UIDL of POP3): no other mail ever has
   *     it
   */
  public synchronized boolean isDue(String place) {
    if (isLeft(place)) {
      return false;
    }
    Instant due =
        database
            .jdbc()
            .sql("select due_at from failed_mail where place = ?")
            .param(place)
            .query((row, number) -> Times.present(row, "due_at"))
            .optional()
            .orElse(null);
    if (due != null) {
      failing.add(place);
    }
    return due == null || !due.isAfter(clock.instant());
  }

  /** Whether a mail was looked at and left. */
  public synchronized boolean isLeft(String place) {
    if (known.containsKey(place)) {
      return true;
    }
    Boolean waits =
        database
            .jdbc()
            .sql("select waits from left_mail where place = ?")
            .param(place)
            .query(Boolean.class)
            .optional()
            .orElse(null);
    if (waits != null) {
      known.put(place, waits);
    }
    return waits != null;
  }

  /** Leaves a mail where it is. */
  public synchronized void leave(String place, Left left) {
    if (isLeft(place)) {
      return;
    }
    database.inTransaction(
        () -> {
          int unused =
              database
                  .jdbc()
                  .sql(
                      "insert into left_mail (place, left_at, sender, why, waits) values (?, ?, ?, ?, ?)")
                  .params(
                      place,
                      Timestamp.from(clock.instant()),
                      cut(left.sender, LONGEST_SENDER),
                      cut(left.why, LONGEST_REASON),
                      left.waits)
                  .update();
          deleteFailures(place);
        });
    known.put(place, left.waits);
  }

  private static String cut(String text, int most) {
    return text.substring(0, Math.min(text.length(), most));
  }

  /**
   * A mail could not be taken; it is tried again later.
   *
   * @return how often that was now; from {@link #TRIES} on it is to be left
   */
  public synchronized int failed(String place) {
    Instant now = clock.instant();
    failing.add(place);
    return database.inTransaction(
        () -> {
          int failures =
              1
                  + database
                      .jdbc()
                      .sql("select failures from failed_mail where place = ?")
                      .param(place)
                      .query(Integer.class)
                      .optional()
                      .orElse(0);
          deleteFailures(place);
          Duration wait = FIRST_WAIT;
          for (int i = 1; i < Math.min(failures, TRIES); i++) {
            wait = wait.multipliedBy(LONGER);
          }
          int unused =
              database
                  .jdbc()
                  .sql(
                      "insert into failed_mail (place, failures, failed_at, due_at) values (?, ?, ?, ?)")
                  .params(place, failures, Timestamp.from(now), Timestamp.from(now.plus(wait)))
                  .update();
          return failures;
        });
  }

  /** A mail was taken, or moved away. */
  public synchronized void done(String place) {
    if (failing.remove(place)) {
      deleteFailures(place);
    }
  }

  private void deleteFailures(String place) {
    int unused =
        database.jdbc().sql("delete from failed_mail where place = ?").param(place).update();
  }

  /**
   * What is in the mailbox, of all mails that nobody has read. A mail that waits and is not there
   * any more has found its person.
   */
  public synchronized void there(Set<String> places) {
    List<String> waiting =
        database
            .jdbc()
            .sql(
                "select place from left_mail where waits and not gone order by left_at limit "
                    + MOST_KNOWN)
            .query(String.class)
            .list();
    mark(true, waiting.stream().filter(place -> !places.contains(place)).toList());
    Set<String> before = new HashSet<>(waiting);
    mark(
        false,
        places.stream()
            .filter(place -> known.getOrDefault(place, false) && !before.contains(place))
            .toList());
  }

  private void mark(boolean gone, Collection<String> places) {
    if (places.isEmpty()) {
      return;
    }
    database.inTransaction(
        () ->
            places.forEach(
                place -> {
                  int unused =
                      database
                          .jdbc()
                          .sql("update left_mail set gone = ? where place = ?")
                          .params(gone, place)
                          .update();
                }));
  }

  /** The mails that wait for a person, at most so many of them listed. */
  static WaitingMails waiting(Database database, int most) {
    long count =
        database
            .jdbc()
            .sql("select count(*) from left_mail where waits and not gone")
            .query(Long.class)
            .single();
    return count == 0
        ? WaitingMails.NONE
        : new WaitingMails(
            count,
            database
                .jdbc()
                .sql(
                    "select left_at, sender, why from left_mail where waits and not gone"
                        + " order by left_at, place limit ?")
                .param(most)
                .query((row, number) -> waiting(row))
                .list());
  }

  private static WaitingMail waiting(ResultSet row) throws SQLException {
    return new WaitingMail(
        Times.present(row, "left_at"), row.getString("sender"), row.getString("why"));
  }

  /** Forgets what was left long ago. */
  public void tidy() {
    Timestamp before = Timestamp.from(clock.instant().minus(KEPT));
    database.jdbc().sql("delete from left_mail where left_at < ?").param(before).update();
    database.jdbc().sql("delete from failed_mail where failed_at < ?").param(before).update();
  }
}
