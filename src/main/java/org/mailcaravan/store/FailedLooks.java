package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.mailcaravan.model.status.SupportMailboxFailure;

/**
 * Looks into the support mailbox that fail, and when the next one is tried. All nodes on this
 * database know of them. Thread-safe.
 */
public final class FailedLooks {
  /** The first wait; each further one is twice as long. */
  public static final Duration FIRST_WAIT = Duration.ofSeconds(5);

  /** The longest one, and each one after a login that was refused: servers lock such accounts. */
  public static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  /** Nobody looks any more: no service runs, or it has no support mailbox now. */
  private static final String FRESH = "due_at > current_timestamp - interval '1' hour";

  private static final String PLACE = "support-mail";
  private static final int LONGEST_REASON = 1000;

  private final Database database;
  private final Clock clock;

  public FailedLooks(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * A look has failed.
   *
   * @param isRefused whether the login was refused
   * @param why in words for us, with nothing in it that a terminal would obey
   * @return how it stands now
   */
  public SupportMailboxFailure failed(boolean isRefused, String why) {
    Instant now = clock.instant();
    return database.inTransaction(
        () -> {
          Optional<SupportMailboxFailure> before = row(database, "true");
          int failures = 1 + before.map(SupportMailboxFailure::failures).orElse(0);
          SupportMailboxFailure failure =
              new SupportMailboxFailure(
                  before.map(SupportMailboxFailure::since).orElse(now),
                  failures,
                  now.plus(isRefused ? LONGEST_WAIT : wait(failures)),
                  isRefused,
                  why.substring(0, Math.min(why.length(), LONGEST_REASON)));
          delete();
          int unused =
              database
                  .jdbc()
                  .sql(
                      "insert into failed_look (place, since, due_at, failures, is_refused, why)"
                          + " values (?, ?, ?, ?, ?, ?)")
                  .params(
                      PLACE,
                      Timestamp.from(failure.since()),
                      Timestamp.from(failure.nextLook()),
                      failures,
                      isRefused,
                      failure.why())
                  .update();
          return failure;
        });
  }

  private static Duration wait(int failures) {
    Duration wait = FIRST_WAIT;
    for (int i = 1; i < failures && wait.compareTo(LONGEST_WAIT) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }

  /**
   * A look has gone well.
   *
   * @return whether the one before had failed
   */
  public boolean succeeded() {
    return delete() > 0;
  }

  private int delete() {
    return database.jdbc().sql("delete from failed_look where place = ?").param(PLACE).update();
  }

  /** What is known of looks that fail, by whichever node; empty where the last one went well. */
  public Optional<SupportMailboxFailure> last() {
    return row(database, "true");
  }

  /** As {@link #last()}, where somebody still looks. */
  public static Optional<SupportMailboxFailure> fresh(Database database) {
    return row(database, FRESH);
  }

  private static Optional<SupportMailboxFailure> row(Database database, String condition) {
    return database
        .jdbc()
        .sql("select * from failed_look where place = ? and " + condition)
        .param(PLACE)
        .query((row, number) -> failure(row))
        .optional();
  }

  private static SupportMailboxFailure failure(ResultSet row) throws SQLException {
    return new SupportMailboxFailure(
        Times.present(row, "since"),
        row.getInt("failures"),
        Times.present(row, "due_at"),
        row.getBoolean("is_refused"),
        row.getString("why"));
  }
}
