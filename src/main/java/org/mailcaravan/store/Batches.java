package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mailcaravan.model.Batch;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Batches, their mailboxes, and where each stands. Every change of a state writes an event: when,
 * who and why. Thread-safe.
 */
public final class Batches {
  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int ID_NAME_LENGTH = 60;

  private final Database database;
  private final Clock clock;

  public Batches(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Stores a request as a new batch whose mailboxes are queued. */
  public Batch open(Request request) {
    return database.insertingFreeKey(
        () -> {
          Instant now = clock.instant();
          Batch batch = batchOf(freeId(request.name(), now), now, request);
          insert(batch);
          return batch;
        });
  }

  private static Batch batchOf(String id, Instant now, Request request) {
    List<Mailbox> mailboxes = request.rows().stream().map(row -> mailboxOf(id, row)).toList();
    return new Batch(id, request.name(), now, mailboxes, request.rejected());
  }

  private static Mailbox mailboxOf(String batchId, RequestRow row) {
    return new Mailbox(
        batchId + "." + row.row(),
        batchId,
        row.row(),
        row.sourceAddress(),
        row.source(),
        row.sourceUsername(),
        row.destinationAddress(),
        row.contacts(),
        row.calendar(),
        row.contactsCollection(),
        row.calendarCollection(),
        Pass.FIRST);
  }

  /** The id names a folder too, so that only plain characters stay of the file's name. */
  private String freeId(String name, Instant now) {
    String plain = name.replaceFirst("\\.[^.]*$", "").replaceAll("[^A-Za-z0-9._-]+", "-");
    String id =
        ID_TIME.format(now) + "-" + plain.substring(0, Math.min(plain.length(), ID_NAME_LENGTH));
    String free = id;
    for (int copy = 2; exists(free); copy++) {
      free = id + "-" + copy;
    }
    return free;
  }

  private boolean exists(String batchId) {
    return database
        .jdbc()
        .sql("select id from batch where id = :id")
        .param("id", batchId)
        .query(String.class)
        .optional()
        .isPresent();
  }

  private void insert(Batch batch) {
    database
        .jdbc()
        .sql("insert into batch (id, name, opened_at) values (:id, :name, :at)")
        .param("id", batch.id())
        .param("name", batch.name())
        .param("at", Timestamp.from(batch.opened()))
        .update();
    int position = 0;
    for (RowProblem problem : batch.rejected()) {
      database
          .jdbc()
          .sql(
              "insert into rejected_row (batch_id, position, line, in_column, shown, problem, remedy)"
                  + " values (?, ?, ?, ?, ?, ?, ?)")
          .params(
              batch.id(),
              position++,
              problem.line(),
              problem.column(),
              problem.value(),
              problem.problem(),
              problem.remedy())
          .update();
    }
    for (Mailbox mailbox : batch.mailboxes()) {
      insert(mailbox);
      event(mailbox.id(), MailboxState.QUEUED, "request", "row " + mailbox.row() + " accepted");
    }
  }

  private void insert(Mailbox mailbox) {
    database
        .jdbc()
        .sql(
            "insert into mailbox (id, batch_id, row_number, source_address, source_host, source_port,"
                + " source_security, source_username, destination_address, contacts, calendar,"
                + " contacts_collection, calendar_collection, pass, state)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .param(mailbox.id())
        .param(mailbox.batchId())
        .param(mailbox.row())
        .param(mailbox.sourceAddress())
        .param(mailbox.source().host())
        .param(mailbox.source().port())
        .param(mailbox.source().security().name())
        .param(mailbox.sourceUsername())
        .param(mailbox.destinationAddress())
        .param(StoredSource.text(mailbox.contacts()))
        .param(StoredSource.text(mailbox.calendar()))
        .param(mailbox.contactsCollection())
        .param(mailbox.calendarCollection())
        .param(mailbox.pass().name())
        .param(MailboxState.QUEUED.name())
        .update();
  }

  /**
   * Puts a mailbox into its next state.
   *
   * @param actor who does it: a route, a person
   * @throws IllegalStateException when the next state may not follow the present one
   */
  public void moveTo(Mailbox mailbox, MailboxState next, String actor, String reason) {
    database.inTransaction(() -> change(mailbox.id(), next, actor, reason));
  }

  private void change(String mailboxId, MailboxState next, String actor, String reason) {
    MailboxState now =
        database
            .jdbc()
            .sql("select state from mailbox where id = :id for update")
            .param("id", mailboxId)
            .query((row, number) -> MailboxState.valueOf(row.getString(1)))
            .single();
    if (!now.mayBecome(next)) {
      throw new IllegalStateException(
          "mailbox " + mailboxId + " is " + now + " and cannot become " + next);
    }
    database
        .jdbc()
        .sql("update mailbox set state = :state where id = :id")
        .param("state", next.name())
        .param("id", mailboxId)
        .update();
    event(mailboxId, next, actor, reason);
  }

  private void event(String mailboxId, MailboxState state, String actor, String reason) {
    database
        .jdbc()
        .sql(
            "insert into mailbox_event (mailbox_id, position, at, state, actor, reason)"
                + " select :id, coalesce(max(position), 0) + 1, :at, :state, :actor, :reason"
                + " from mailbox_event where mailbox_id = :id")
        .param("id", mailboxId)
        .param("at", Timestamp.from(clock.instant()))
        .param("state", state.name())
        .param("actor", actor)
        .param("reason", reason)
        .update();
  }

  /**
   * The mailboxes whose pass was waiting or running when the program last ended, queued again. To
   * be called once, at the start.
   */
  public List<Mailbox> requeueUnfinished() {
    return database.inTransaction(
        () -> {
          for (Mailbox mailbox : mailboxes("state = 'COPYING'")) {
            change(mailbox.id(), MailboxState.QUEUED, "start", "the program ended in mid-pass");
          }
          return mailboxes("state = 'QUEUED'");
        });
  }

  /**
   * Queues a second pass for every mailbox that was copied at least once and whose credentials we
   * still have.
   */
  public List<Mailbox> queueSecondPass() {
    return database.inTransaction(
        () -> {
          List<Mailbox> due =
              mailboxes(
                  "state not in ('QUEUED', 'COPYING')"
                      + " and exists (select 1 from mailbox_event where mailbox_id = mailbox.id"
                      + " and state in ('COPIED', 'INCOMPLETE'))"
                      + " and exists (select 1 from credential where mailbox_id = mailbox.id)");
          for (Mailbox mailbox : due) {
            change(mailbox.id(), MailboxState.QUEUED, "schedule", "second pass");
            database
                .jdbc()
                .sql("update mailbox set pass = 'SECOND' where id = :id")
                .param("id", mailbox.id())
                .update();
            database
                .jdbc()
                .sql("update batch set finished_at = null where id = :id")
                .param("id", mailbox.batchId())
                .update();
          }
          return due.stream().map(mailbox -> mailbox.inPass(Pass.SECOND)).toList();
        });
  }

  /**
   * Marks a batch as ended if no mailbox of it waits or runs and nobody marked it before.
   *
   * @return whether this call did it, so that exactly one caller writes the report
   */
  public boolean closeIfEnded(String batchId) {
    return database
            .jdbc()
            .sql(
                "update batch set finished_at = :at where id = :id and finished_at is null and not exists"
                    + " (select 1 from mailbox where batch_id = :id and state in ('QUEUED', 'COPYING'))")
            .param("at", Timestamp.from(clock.instant()))
            .param("id", batchId)
            .update()
        == 1;
  }

  /** The batches without an end, whose last mailbox may have ended when the program was stopped. */
  public List<String> withoutEnd() {
    return database
        .jdbc()
        .sql("select id from batch where finished_at is null order by id")
        .query(String.class)
        .list();
  }

  /** A batch by its id. */
  public Batch batch(String batchId) {
    List<RowProblem> rejected =
        database
            .jdbc()
            .sql(
                "select line, in_column, shown, problem, remedy from rejected_row where batch_id = :id"
                    + " order by position")
            .param("id", batchId)
            .query(
                (row, number) ->
                    new RowProblem(
                        row.getInt("line"),
                        row.getString("in_column"),
                        row.getString("shown"),
                        row.getString("problem"),
                        row.getString("remedy")))
            .list();
    List<Mailbox> mailboxes =
        select("batch_id = :id").param("id", batchId).query((row, number) -> mailbox(row)).list();
    return database
        .jdbc()
        .sql("select name, opened_at from batch where id = :id")
        .param("id", batchId)
        .query(
            (row, number) ->
                new Batch(
                    batchId,
                    row.getString("name"),
                    row.getTimestamp("opened_at").toInstant(),
                    mailboxes,
                    rejected))
        .single();
  }

  /** When a batch ended, or empty while it runs. */
  public Optional<Instant> finishedAt(String batchId) {
    return database
        .jdbc()
        .sql("select finished_at from batch where id = :id and finished_at is not null")
        .param("id", batchId)
        .query((row, number) -> row.getTimestamp(1).toInstant())
        .optional();
  }

  private List<Mailbox> mailboxes(String condition) {
    return new ArrayList<>(select(condition).query((row, number) -> mailbox(row)).list());
  }

  private JdbcClient.StatementSpec select(String condition) {
    return database
        .jdbc()
        .sql("select * from mailbox where " + condition + " order by batch_id, row_number");
  }

  static Mailbox mailbox(ResultSet row) throws SQLException {
    return new Mailbox(
        row.getString("id"),
        row.getString("batch_id"),
        row.getInt("row_number"),
        row.getString("source_address"),
        new Server(
            row.getString("source_host"),
            row.getInt("source_port"),
            Security.valueOf(row.getString("source_security"))),
        row.getString("source_username"),
        row.getString("destination_address"),
        StoredSource.source(row.getString("contacts")),
        StoredSource.source(row.getString("calendar")),
        row.getString("contacts_collection"),
        row.getString("calendar_collection"),
        Pass.valueOf(row.getString("pass")));
  }
}
