package org.mailcaravan.store;

import java.time.Duration;
import java.util.List;
import org.mailcaravan.model.Channel;
import org.mailcaravan.model.DroppedFile;

/**
 * Answers that follow the first one, for what customers have to do and were not told yet: {@link
 * CustomerSteps}. On the API there is none: its answer always tells all. Within transactions that
 * have the lock of the migration. Thread-safe.
 */
final class LaterAnswers {
  /** What looks find is told when the last one has ended, but no later than this. */
  static final Duration LONGEST = Duration.ofDays(1);

  /** What passes find is told together: a provider may turn off the logins of a whole company. */
  static final Duration GATHERED = Duration.ofMinutes(30);

  /** Those that follow one answer; then something is wrong that no mail helps with. */
  private static final int MOST = 15;

  private static final int KEY = 64;

  /** More than a mail has parts. */
  private static final int STEP = 500;

  /** Of a step s: its mailbox goes on, and its migration is neither cancelled nor closed. */
  private static final String WANTED =
      " and exists (select 1 from mailbox b where b.id = s.mailbox_id and b.state <> 'CANCELLED')"
          + " and not exists (select 1 from migration m where m.id = s.migration_id"
          + " and (m.cancelled or m.stage = 'CLOSED'))";

  private final Database database;

  LaterAnswers(Database database) {
    this.database = database;
  }

  private record First(String id, String channel, String place) {}

  /** Lets nobody else change what customers have to do, or tell it. */
  void lock(String migrationId) {
    List<String> unused =
        database
            .jdbc()
            .sql("select id from migration where id = ? for update")
            .param(migrationId)
            .query(String.class)
            .list();
  }

  /** Lets an answer tell all that was not told yet. */
  void tell(String migrationId, String answerId) {
    int unused =
        database
            .jdbc()
            .sql(
                "update customer_step s set told_by = ? where s.migration_id = ? and s.told_by is null"
                    + WANTED)
            .params(answerId, migrationId)
            .update();
  }

  /** Whether an answer has something to tell; if not, it is deleted. */
  boolean tellsSomething(String migrationId, String answerId) {
    return database
            .jdbc()
            .sql(
                "delete from answer where id = ? and not exists (select 1 from customer_step s"
                    + " where s.migration_id = ? and s.told_by = answer.id"
                    + WANTED
                    + ")")
            .params(answerId, migrationId)
            .update()
        == 0;
  }

  /** Queues one after another was given, where something was found while that was written. */
  void queueIfNeeded(String migrationId) {
    if (has(
        "customer_step s where s.migration_id = ? and s.told_by is null" + WANTED, migrationId)) {
      boolean looks =
          has("preflight where migration_id = ? and state in ('WAITING', 'RUNNING')", migrationId);
      queue(migrationId, looks ? LONGEST : Duration.ZERO);
    }
  }

  private boolean has(String rows, String migrationId) {
    return !database
        .jdbc()
        .sql("select 1 from " + rows + " limit 1")
        .param(migrationId)
        .query(Integer.class)
        .list()
        .isEmpty();
  }

  /**
   * Queues one if the first one was given, and none waits.
   *
   * @param wait after which it is due
   */
  void queue(String migrationId, Duration wait) {
    First first =
        database
            .jdbc()
            .sql(
                "select a.id, a.channel, a.place from answer a where a.request_id = ? and a.follows is null"
                    + " and a.sent_at is not null and not exists (select 1 from answer o"
                    + " where o.request_id = a.request_id and o.follows = a.id and o.sent_at is null and not o.given_up)")
            .param(migrationId)
            .query(
                (row, number) ->
                    new First(
                        row.getString("id"), row.getString("channel"), row.getString("place")))
            .optional()
            .orElse(null);
    if (first == null || first.channel.equals(Channel.API.id())) {
      return;
    }
    int number =
        1
            + database
                .jdbc()
                .sql("select count(*) from answer where request_id = ? and follows is not null")
                .param(migrationId)
                .query(Integer.class)
                .single();
    if (number <= MOST) {
      insert(first, number, wait);
    }
  }

  private void insert(First first, int number, Duration wait) {
    String place =
        first.channel.equals(Channel.DROP.id())
            ? new DroppedFile(first.place, null).later(number + 1).answer()
            : "";
    int unused =
        database
            .jdbc()
            .sql(
                "insert into answer (id, request_id, channel, recipient, subject, replies_to, thread, place, node,"
                    + " notes, language, queued_at, due_at, given_up, follows)"
                    + " select ?, a.request_id, a.channel, a.recipient, a.subject, a.replies_to, a.thread, ?, a.node,"
                    + " '', a.language, current_timestamp, current_timestamp + "
                    + Seconds.SQL
                    + ", false, a.id from answer a where a.id = ?")
            .params(id(first, number), place, Seconds.of(wait), first.id)
            .update();
  }

  /** That of a mail is a key, as those of its parts. */
  private static String id(First first, int number) {
    if (!first.channel.equals(Channel.MAIL.id())) {
      return first.id + ":" + (number + 1);
    }
    int part = first.id.length() > KEY ? Integer.parseInt(first.id.substring(KEY + 1)) : 1;
    return first.id.substring(0, KEY) + "-" + (STEP * number + part);
  }
}
