package org.mailcaravan.store;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Mails of the support mailbox that were looked at and stay where they are. They are not read
 * again, by any program on this database. Thread-safe.
 */
public final class LeftMails {
  /** Servers keep a UIDVALIDITY for years; what lies there for longer is looked at once more. */
  private static final Duration KEPT = Duration.ofDays(400);

  private static final int MOST_KNOWN = 20_000;

  private final Database database;
  private final Clock clock;

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
   * Whether a mail was looked at and left.
   *
   * @param place account, folder, UIDVALIDITY and UID (or the UIDL of POP3): no other mail ever has
   *     it
   */
  public synchronized boolean isLeft(String place) {
    if (known.containsKey(place)) {
      return true;
    }
    boolean left =
        !database
            .jdbc()
            .sql("select 1 from left_mail where place = ?")
            .param(place)
            .query(Integer.class)
            .list()
            .isEmpty();
    if (left) {
      known.put(place, true);
    }
    return left;
  }

  /** Leaves a mail where it is. */
  public synchronized void leave(String place) {
    if (isLeft(place)) {
      return;
    }
    Timestamp now = Timestamp.from(clock.instant());
    database.inTransaction(
        () -> {
          int unused =
              database
                  .jdbc()
                  .sql("insert into left_mail (place, left_at) values (?, ?)")
                  .params(place, now)
                  .update();
        });
    known.put(place, true);
  }

  /** Forgets what was left long ago. */
  public void tidy() {
    int unused =
        database
            .jdbc()
            .sql("delete from left_mail where left_at < ?")
            .param(Timestamp.from(clock.instant().minus(KEPT)))
            .update();
  }
}
