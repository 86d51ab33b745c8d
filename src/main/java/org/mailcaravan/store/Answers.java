package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Caller;
import org.mailcaravan.model.Channel;
import org.mailcaravan.model.DroppedFile;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.model.Sender;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.status.LostAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the senders of requests are told. An answer is queued together with what it tells of, and
 * due until it is given: a kill gives it late and never not. A kill right after it was given gives
 * it again, a mail with the same Message-ID. Thread-safe.
 */
public final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  /** So long nobody else sends what one program is sending, as long as that lives. */
  private static final Duration TAKEN = Duration.ofMinutes(5);

  /** It is due, or the program that was giving it is gone: by then the time for it was not over. */
  private static final String DUE =
      "(due_at <= ? or (taken_by is not null and " + Nodes.isGone("answer.taken_by") + "))";

  private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  /** Mail servers try for about as long (RFC 5321 section 4.5.4.1). */
  private static final Duration IN_ALL = Duration.ofDays(4);

  private static final Duration HOUR = Duration.ofHours(1);
  private static final int AT_ONCE = 20;
  private static final String BETWEEN = "\n";

  /** What the columns of a mail hold where there is none. */
  private static final ReplyTo NO_MAIL = new ReplyTo("", "", "", "", List.of(), List.of(), null);

  private final Database database;
  private final Events events;
  private final String node;
  private final Clock clock;
  private final int mostInAnHour;
  private final Duration longestLook;
  private final Duration lease;
  private final LaterAnswers later;

  /**
   * @param node only this one writes answers into its drop folder
   * @param lease how long a program counts as alive after it was seen, as {@link Nodes} says
   * @param mostInAnHour answers to one address; where two programs answer each other, or somebody
   *     floods us, it ends there
   * @param longestLook how long an answer waits until all mailboxes of its request were looked at
   */
  public Answers(
      Database database,
      Events events,
      String node,
      Duration lease,
      Clock clock,
      int mostInAnHour,
      Duration longestLook) {
    this.database = database;
    this.events = events;
    this.node = node;
    this.lease = lease;
    this.clock = clock;
    this.mostInAnHour = mostInAnHour;
    this.longestLook = longestLook;
    this.later = new LaterAnswers(database);
  }

  /**
   * An answer.
   *
   * @param id of its own
   * @param requestId the request that it tells of; null where that could not be read
   * @param problems why it could not be read
   * @param isLater whether it follows another one, and tells only what that does not
   */
  public record Answer(
      String id, @Nullable String requestId, Sender to, List<Problem> problems, boolean isLater) {
    public Answer {
      problems = List.copyOf(problems);
    }

    /** To a request that is stored. */
    public static Answer of(String requestId, Sender to) {
      return new Answer(
          to instanceof ReplyTo mail ? mail.key() : to.channel().id() + ":" + requestId,
          requestId,
          to,
          List.of(),
          false);
    }

    /** To a mail that cannot be read. */
    public static Answer ofUnread(ReplyTo to, List<Problem> problems) {
      return new Answer(to.key(), null, to, problems, false);
    }

    /** Whether it goes by mail. */
    public boolean isMail() {
      return to instanceof ReplyTo;
    }

    /** Whether it is a file beside a dropped one. */
    public boolean isFile() {
      return to instanceof DroppedFile;
    }
  }

  /**
   * Lets go of what a program of the same name was giving when it ended. To be called at the start.
   */
  public void recover() {
    database
        .jdbc()
        .sql("update answer set due_at = ?, taken_by = null where taken_by = ? and sent_at is null")
        .params(Timestamp.from(clock.instant()), node)
        .update();
  }

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
    database.inTransaction(
        () -> insert(answer, now, answer.to instanceof ReplyTo mail && hasTooMany(mail, now)));
  }

  private boolean hasTooMany(ReplyTo mail, Instant now) {
    int lately =
        database
            .jdbc()
            .sql("select count(*) from answer where recipient = ? and queued_at > ?")
            .params(recipient(mail), Timestamp.from(now.minus(HOUR)))
            .query(Integer.class)
            .single();
    if (lately >= mostInAnHour) {
      LOG.warn(
          "{} gets no answer: {} answers went there within an hour (mail.answers-per-hour)",
          VisibleText.of(mail.address()),
          lately);
    }
    return lately >= mostInAnHour;
  }

  private static String recipient(ReplyTo mail) {
    return mail.address().toLowerCase(Locale.ROOT);
  }

  private void insert(Answer answer, Instant now, boolean givenUp) {
    ReplyTo mail = answer.to instanceof ReplyTo known ? known : NO_MAIL;
    DroppedFile file = answer.to instanceof DroppedFile known ? known : null;
    database
        .jdbc()
        .sql(
            "insert into answer (id, request_id, channel, recipient, subject, replies_to, thread, place, node,"
                + " notes, problems, language, queued_at, due_at, given_up)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .params(
            answer.id,
            answer.requestId,
            answer.to.channel().id(),
            recipient(mail),
            mail.subject(),
            mail.messageId(),
            String.join(BETWEEN, mail.thread()),
            file == null ? "" : file.answer(),
            file == null ? null : node,
            String.join(BETWEEN, answer.to.notes()),
            answer.problems.isEmpty() ? null : StoredJson.write(answer.problems),
            language(answer.to),
            Timestamp.from(now),
            Timestamp.from(isLookedAt(answer) ? now.plus(longestLook) : now),
            givenUp)
        .update();
  }

  private static String language(Sender to) {
    Language language = to.language();
    return language == null ? "" : language.word();
  }

  /** Whether its mailboxes are still to be looked at; then it tells what was found. */
  private boolean isLookedAt(Answer answer) {
    return answer.requestId != null
        && !database
            .jdbc()
            .sql(
                "select 1 from preflight f join migration m on m.id = f.migration_id"
                    + " where m.request_id = ? and f.state in ('WAITING', 'RUNNING') limit 1")
            .param(answer.requestId)
            .query(Integer.class)
            .list()
            .isEmpty();
  }

  /**
   * Answers that are due here, the oldest first.
   *
   * @param mails whether mails can be sent
   */
  public List<String> due(boolean mails) {
    return database
        .jdbc()
        .sql(
            "select id from answer where sent_at is null and not given_up and "
                + DUE
                + " and (node is null or node = ?) and (channel <> 'mail' or ?) order by due_at, id limit ?")
        .params(Timestamp.from(clock.instant()), Seconds.of(lease), node, mails, AT_ONCE)
        .query(String.class)
        .list();
  }

  /** The answer, for the one who is to give it now; empty for all others. */
  public Optional<Answer> take(String id) {
    return database.tryingAgain(
        () -> {
          Optional<Answer> answer = read(id);
          String request = answer.map(Answer::requestId).orElse(null);
          if (request != null) {
            later.lock(request);
          }
          if (answer.isEmpty() || !isTaken(id, clock.instant())) {
            return Optional.<Answer>empty();
          }
          if (request != null) {
            later.tell(request, id);
            if (answer.get().isLater && !later.tellsSomething(request, id)) {
              return Optional.<Answer>empty();
            }
          }
          return answer;
        });
  }

  private boolean isTaken(String id, Instant now) {
    return database
            .jdbc()
            .sql(
                "update answer set due_at = ?, taken_by = ?, attempts = attempts + 1 where id = ?"
                    + " and sent_at is null and not given_up and "
                    + DUE)
            .params(
                Timestamp.from(now.plus(TAKEN)), node, id, Timestamp.from(now), Seconds.of(lease))
            .update()
        > 0;
  }

  private Optional<Answer> read(String id) {
    return database
        .jdbc()
        .sql("select * from answer where id = ?")
        .param(id)
        .query((row, number) -> answer(row))
        .optional();
  }

  /**
   * The answer to the request of a migration.
   *
   * @param isGiven whether everything is known that it tells, or nobody waits for it any more
   */
  public record OfRequest(Answer answer, boolean isGiven) {}

  /**
   * The answer to a request; empty where none is queued, such as for a command.
   *
   * @param requestId also the id of its migration
   */
  public Optional<OfRequest> ofRequest(String requestId) {
    return database
        .jdbc()
        .sql("select * from answer where request_id = ? and follows is null")
        .param(requestId)
        .query((row, number) -> new OfRequest(answer(row), isGiven(row)))
        .optional();
  }

  /** One that cannot be sent, or waits for a node that is gone, can still be asked for. */
  private boolean isGiven(ResultSet row) throws SQLException {
    Instant looked = row.getTimestamp("queued_at").toInstant().plus(longestLook);
    boolean isDue = !row.getTimestamp("due_at").toInstant().isAfter(clock.instant());
    return row.getTimestamp("sent_at") != null
        || (isDue && row.getString("channel").equals(Channel.API.id()))
        || row.getBoolean("given_up")
        || looked.isBefore(clock.instant());
  }

  private static Answer answer(ResultSet row) throws SQLException {
    String problems = row.getString("problems");
    return new Answer(
        row.getString("id"),
        row.getString("request_id"),
        sender(row),
        problems == null ? List.of() : List.of(StoredJson.read(problems, Problem[].class)),
        row.getString("follows") != null);
  }

  private static Sender sender(ResultSet row) throws SQLException {
    String channel = row.getString("channel");
    List<String> notes = lines(row.getString("notes"));
    Language language = Language.of(row.getString("language")).orElse(null);
    if (channel.equals(Channel.DROP.id())) {
      return new DroppedFile(row.getString("place"), language);
    }
    if (channel.equals(Channel.API.id())) {
      return new Caller(null, notes, language);
    }
    return new ReplyTo(
        row.getString("id"),
        row.getString("recipient"),
        row.getString("subject"),
        row.getString("replies_to"),
        lines(row.getString("thread")),
        notes,
        language);
  }

  private static List<String> lines(String text) {
    return text.lines().toList();
  }

  /** It has been given. */
  public void sent(Answer answer) {
    database.tryingAgain(
        () -> {
          if (answer.requestId != null) {
            later.lock(answer.requestId);
          }
          int unused =
              database
                  .jdbc()
                  .sql("update answer set sent_at = ?, taken_by = null where id = ?")
                  .params(Timestamp.from(clock.instant()), answer.id)
                  .update();
          if (answer.requestId != null) {
            later.queueIfNeeded(answer.requestId);
          }
          events.add("answer", "routes", answer.requestId, null, null, null, "SENT", given(answer));
          return answer;
        });
  }

  private static String given(Answer answer) {
    if (answer.to instanceof ReplyTo mail) {
      return "the answer went to " + VisibleText.of(mail.address());
    }
    return answer.to instanceof DroppedFile file
        ? "the answer is in " + file.answer()
        : "the answer can be asked for";
  }

  /**
   * Whether an answer that follows another one has nothing to tell any more, since all of it was
   * done while it was written; then it is deleted.
   */
  public boolean isNeedless(Answer answer) {
    String request = answer.requestId;
    if (!answer.isLater || request == null) {
      return false;
    }
    return database.tryingAgain(
        () -> {
          later.lock(request);
          return !later.tellsSomething(request, answer.id);
        });
  }

  /**
   * It could not be given, and is tried again for some days.
   *
   * @param why in words, as they follow a colon
   * @param isFinal whether it is given up at once
   */
  public void notSent(Answer answer, String why, boolean isFinal) {
    Instant now = clock.instant();
    database.inTransaction(
        () -> {
          Tries tries =
              database
                  .jdbc()
                  .sql("select attempts, queued_at from answer where id = ? for update")
                  .param(answer.id)
                  .query(
                      (row, number) ->
                          new Tries(
                              row.getInt("attempts"), row.getTimestamp("queued_at").toInstant()))
                  .single();
          boolean givenUp = isFinal || tries.since.isBefore(now.minus(IN_ALL));
          long doubled = FIRST_WAIT.toMillis() << Math.min(20, Math.max(0, tries.number - 1));
          Duration wait =
              givenUp
                  ? Duration.ZERO
                  : Duration.ofMillis(Math.min(doubled, LONGEST_WAIT.toMillis()));
          int unused =
              database
                  .jdbc()
                  .sql("update answer set due_at = ?, taken_by = null, given_up = ? where id = ?")
                  .params(Timestamp.from(now.plus(wait)), givenUp, answer.id)
                  .update();
          String words =
              "the answer to %s could not be given, and is %s: %s"
                  .formatted(
                      VisibleText.of(
                          answer.to instanceof ReplyTo mail
                              ? mail.address()
                              : "request " + answer.requestId),
                      givenUp ? "given up" : "tried again for " + IN_ALL.toDays() + " days in all",
                      VisibleText.of(why));
          LOG.warn("{}", words);
          events.add(
              "answer",
              "routes",
              answer.requestId,
              null,
              null,
              null,
              givenUp ? "GIVEN_UP" : "FAILED",
              words);
        });
  }

  private record Tries(int number, Instant since) {}

  /** Those that were given up within the last days, the last one first. */
  static List<LostAnswer> lost(Database database, int most) {
    return database
        .jdbc()
        .sql(
            "select due_at, recipient, request_id from answer where sent_at is null and given_up"
                + " and attempts > 0 and due_at > current_timestamp - interval '7' day"
                + " order by due_at desc, id limit ?")
        .param(most)
        .query(
            (row, number) ->
                new LostAnswer(
                    Times.present(row, "due_at"),
                    row.getString("recipient"),
                    row.getString("request_id"),
                    null))
        .list();
  }
}
