package org.mailcaravan.store;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.model.VisibleText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the senders of mails are told. An answer is queued together with what it tells of, and due
 * until it is sent: a kill sends it late and never not. A kill right after it was sent sends it
 * again, with the same Message-ID. Thread-safe.
 */
public final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  /** So long nobody else sends what one program is sending. */
  private static final Duration TAKEN = Duration.ofMinutes(5);

  private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  /** Mail servers try for about as long (RFC 5321 section 4.5.4.1). */
  private static final Duration IN_ALL = Duration.ofDays(4);

  private static final Duration HOUR = Duration.ofHours(1);
  private static final int AT_ONCE = 20;
  private static final String BETWEEN = "\n";

  private final Database database;
  private final Events events;
  private final Clock clock;
  private final int mostInAnHour;

  /**
   * @param mostInAnHour answers to one address; where two programs answer each other, or somebody
   *     floods us, it ends there
   */
  public Answers(Database database, Events events, Clock clock, int mostInAnHour) {
    this.database = database;
    this.events = events;
    this.clock = clock;
    this.mostInAnHour = mostInAnHour;
  }

  /**
   * An answer.
   *
   * @param requestId the request that it tells of; null where the mail could not be read
   */
  public record Answer(@Nullable String requestId, ReplyTo to) {}

  /**
   * Whether a mail was taken, or answered: it is read once.
   *
   * @param key as {@link ReplyTo#key}
   */
  public boolean isTaken(String key) {
    return !database
        .jdbc()
        .sql(
            "select 1 from request where request_key = :key union all select 1 from answer where id = :key")
        .param("key", key)
        .query(Integer.class)
        .list()
        .isEmpty();
  }

  /** Queues an answer, unless its sender gets too many. */
  public void queue(Answer answer) {
    Instant now = clock.instant();
    String recipient = answer.to.address().toLowerCase(Locale.ROOT);
    database.inTransaction(
        () -> {
          int lately =
              database
                  .jdbc()
                  .sql("select count(*) from answer where recipient = ? and queued_at > ?")
                  .params(recipient, Timestamp.from(now.minus(HOUR)))
                  .query(Integer.class)
                  .single();
          boolean tooMany = lately >= mostInAnHour;
          if (tooMany) {
            LOG.warn(
                "{} gets no answer: {} answers went there within an hour (mail.answers-per-hour)",
                VisibleText.of(recipient),
                lately);
          }
          insert(answer, recipient, now, tooMany);
        });
  }

  private void insert(Answer answer, String recipient, Instant now, boolean givenUp) {
    database
        .jdbc()
        .sql(
            "insert into answer (id, request_id, recipient, subject, replies_to, thread, notes, queued_at,"
                + " due_at, given_up) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .params(
            answer.to.key(),
            answer.requestId,
            recipient,
            answer.to.subject(),
            answer.to.messageId(),
            String.join(BETWEEN, answer.to.thread()),
            String.join(BETWEEN, answer.to.notes()),
            Timestamp.from(now),
            Timestamp.from(now),
            givenUp)
        .update();
  }

  /** Answers that are due, the oldest first. */
  public List<String> due() {
    return database
        .jdbc()
        .sql(
            "select id from answer where sent_at is null and not given_up and due_at <= ?"
                + " order by due_at, id limit ?")
        .params(Timestamp.from(clock.instant()), AT_ONCE)
        .query(String.class)
        .list();
  }

  /** The answer, for the one who is to send it now; empty for all others. */
  public Optional<Answer> take(String id) {
    Instant now = clock.instant();
    int taken =
        database
            .jdbc()
            .sql(
                "update answer set due_at = ?, attempts = attempts + 1 where id = ? and sent_at is null"
                    + " and not given_up and due_at <= ?")
            .params(Timestamp.from(now.plus(TAKEN)), id, Timestamp.from(now))
            .update();
    return taken == 0
        ? Optional.empty()
        : database
            .jdbc()
            .sql("select * from answer where id = ?")
            .param(id)
            .query(
                (row, number) ->
                    new Answer(
                        row.getString("request_id"),
                        new ReplyTo(
                            row.getString("id"),
                            row.getString("recipient"),
                            row.getString("subject"),
                            row.getString("replies_to"),
                            lines(row.getString("thread")),
                            lines(row.getString("notes")))))
            .optional();
  }

  private static List<String> lines(String text) {
    return text.lines().toList();
  }

  /** It has been sent. */
  public void sent(Answer answer) {
    database.inTransaction(
        () -> {
          int unused =
              database
                  .jdbc()
                  .sql("update answer set sent_at = ? where id = ?")
                  .params(Timestamp.from(clock.instant()), answer.to.key())
                  .update();
          events.add(
              "answer",
              "routes",
              answer.requestId,
              null,
              null,
              null,
              "SENT",
              "the answer went to " + VisibleText.of(answer.to.address()));
        });
  }

  /** It could not be sent, and is tried again for some days. */
  public void notSent(Answer answer, String why) {
    Instant now = clock.instant();
    database.inTransaction(
        () -> {
          int attempts =
              database
                  .jdbc()
                  .sql("select attempts from answer where id = ? for update")
                  .param(answer.to.key())
                  .query(Integer.class)
                  .single();
          long doubled = FIRST_WAIT.toMillis() << Math.min(20, Math.max(0, attempts - 1));
          Duration wait = Duration.ofMillis(Math.min(doubled, LONGEST_WAIT.toMillis()));
          int unused =
              database
                  .jdbc()
                  .sql("update answer set due_at = ?, given_up = (queued_at < ?) where id = ?")
                  .params(
                      Timestamp.from(now.plus(wait)),
                      Timestamp.from(now.minus(IN_ALL)),
                      answer.to.key())
                  .update();
          LOG.warn(
              "the answer to {} could not be sent; it is tried again for {} days in all: {}",
              VisibleText.of(answer.to.address()),
              IN_ALL.toDays(),
              VisibleText.of(why));
        });
  }
}
