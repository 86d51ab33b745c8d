package org.mailcaravan.store;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Second answers: some looks at mailboxes end after a request was answered, and what they find that
 * the customer must fix is told once more. It is queued when the first answer was given, is due
 * when the last look ended, and is deleted if there is nothing to tell. Thread-safe.
 */
final class LaterAnswers {
  /** What is found later than that is told by nobody: looks may wait for a pause to end. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private static final String OPEN = "f.state in ('WAITING', 'RUNNING')";

  /**
   * Of a preflight f, which ended after a moment: the customer has something to do, such as to
   * create the mailbox. Quotation marks within texts are escaped.
   */
  static final String FOUND_AFTER =
      "f.state = 'ENDED' and f.ended_at > ? and (f.findings like '%\"owner\":\"CUSTOMER\"%'"
          + " or f.findings like '%\"code\":\"WRONG_PASSWORD\"%'"
          + " or f.findings like '%\"code\":\"LOGIN_REFUSED\"%'"
          + " or f.findings like '%\"code\":\"NO_MAILBOX\"%')";

  private final Database database;
  private final Clock clock;

  LaterAnswers(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Keeps looks of a migration from ending meanwhile. Within a transaction, before its answer. */
  void lock(String migrationId) {
    List<String> unused =
        database
            .jdbc()
            .sql("select id from migration where id = ? for update")
            .param(migrationId)
            .query(String.class)
            .list();
  }

  /**
   * Queues the answer that follows one, if a look goes on, or ended after that was written. Within
   * a transaction that has the {@link #lock}.
   *
   * @param id of the first answer
   * @param own id of the second one
   * @param place of its file; empty for a mail
   */
  void queue(String id, String own, String place) {
    Instant now = clock.instant();
    int unused =
        database
            .jdbc()
            .sql(
                "insert into answer (id, request_id, channel, recipient, subject, replies_to, thread, place, node,"
                    + " notes, language, queued_at, due_at, given_up, follows)"
                    + " select ?, a.request_id, a.channel, a.recipient, a.subject, a.replies_to, a.thread, ?, a.node,"
                    + " '', a.language, cast(? as timestamp with time zone),"
                    + " case when exists (select 1 from preflight f"
                    + " where f.migration_id = a.request_id and "
                    + OPEN
                    + ") then cast(? as timestamp with time zone) else "
                    + "cast(? as timestamp with time zone) end, false, a.id from answer a where a.id = ? and a.follows is null"
                    + " and not exists (select 1 from answer o where o.follows = a.id)"
                    + " and exists (select 1 from preflight f where f.migration_id = a.request_id and ("
                    + OPEN
                    + " or (f.state = 'ENDED' and f.ended_at > a.read_at)))")
            .params(
                own,
                place,
                Timestamp.from(now),
                Timestamp.from(now.plus(LONGEST)),
                Timestamp.from(now),
                id)
            .update();
  }

  /** Deletes an answer that follows another one and has nothing to tell. */
  void deleteIfEmpty(String id) {
    int unused =
        database
            .jdbc()
            .sql(
                "delete from answer a where a.id = ? and a.follows is not null and a.sent_at is null"
                    + " and not exists (select 1 from preflight f where f.migration_id = a.request_id and "
                    + FOUND_AFTER.replace(
                        "?", "(select b.read_at from answer b where b.id = a.follows)")
                    + ")")
            .param(id)
            .update();
  }
}
