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
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Migrations, their mailboxes, and where each stands. Every change of a state writes an event:
 * when, who and why. Thread-safe.
 */
public final class Migrations {
  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int ID_NAME_LENGTH = 60;

  /**
   * Asked at the end of each mailbox. H2 looks through all mailboxes for "state in (...)", and
   * finds the first of a single state in an index.
   */
  static final String CLOSE_IF_ENDED =
      "update migration set finished_at = ? where id = ? and finished_at is null"
          + " and not exists (select 1 from mailbox where migration_id = ? and state = 'QUEUED')"
          + " and not exists (select 1 from mailbox where migration_id = ? and state = 'COPYING')";

  private static final String ENDED = "state not in ('QUEUED', 'COPYING')";

  private static final String COPIED_BEFORE =
      "exists (select 1 from mailbox_event where mailbox_id = mailbox.id"
          + " and state in ('COPIED', 'INCOMPLETE'))";

  private static final String CREDENTIALS_KEPT =
      "exists (select 1 from credential where mailbox_id = mailbox.id)";

  private final Database database;
  private final Clock clock;

  public Migrations(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Stores a request as a new migration whose mailboxes are queued. */
  public Migration open(Request request) {
    return database.insertingFreeKey(
        () -> {
          Instant now = clock.instant();
          Migration migration = migrationOf(freeId(request.name(), now), now, request);
          insert(migration);
          return migration;
        });
  }

  private static Migration migrationOf(String id, Instant now, Request request) {
    List<Mailbox> mailboxes = request.rows().stream().map(row -> mailboxOf(id, row)).toList();
    return new Migration(id, request.name(), now, mailboxes, request.rejected());
  }

  private static Mailbox mailboxOf(String migrationId, RequestRow row) {
    return new Mailbox(
        Migration.mailboxId(migrationId, row.row()),
        migrationId,
        row.row(),
        row.sourceAddress(),
        row.source(),
        row.sourceUsername(),
        row.destinationAddress(),
        row.contacts(),
        row.calendar(),
        row.options(),
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

  private boolean exists(String migrationId) {
    return database
        .jdbc()
        .sql("select id from migration where id = :id")
        .param("id", migrationId)
        .query(String.class)
        .optional()
        .isPresent();
  }

  private void insert(Migration migration) {
    database
        .jdbc()
        .sql("insert into migration (id, name, opened_at) values (:id, :name, :at)")
        .param("id", migration.id())
        .param("name", migration.name())
        .param("at", Timestamp.from(migration.opened()))
        .update();
    int position = 0;
    for (RowProblem problem : migration.rejected()) {
      database
          .jdbc()
          .sql(
              "insert into rejected_row (migration_id, position, line, in_column, shown, problem, remedy)"
                  + " values (?, ?, ?, ?, ?, ?, ?)")
          .params(
              migration.id(),
              position++,
              problem.line(),
              problem.column(),
              problem.value(),
              problem.problem(),
              problem.remedy())
          .update();
    }
    for (Mailbox mailbox : migration.mailboxes()) {
      insert(mailbox);
      event(mailbox.id(), MailboxState.QUEUED, "request", "row " + mailbox.row() + " accepted");
    }
  }

  private void insert(Mailbox mailbox) {
    database
        .jdbc()
        .sql(
            "insert into mailbox (id, migration_id, row_number, source_address, source_host, source_port,"
                + " source_security, source_username, destination_address, contacts, calendar,"
                + " options, pass, state)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .param(mailbox.id())
        .param(mailbox.migrationId())
        .param(mailbox.row())
        .param(mailbox.sourceAddress())
        .param(mailbox.source().host())
        .param(mailbox.source().port())
        .param(mailbox.source().security().name())
        .param(mailbox.sourceUsername())
        .param(mailbox.destinationAddress())
        .param(StoredSource.text(mailbox.contacts()))
        .param(StoredSource.text(mailbox.calendar()))
        .param(text(mailbox.options()))
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
   * The mailboxes without a pass that waits or runs, by what is known of them: a few groups,
   * however many mailboxes there are.
   */
  public List<EndedMailboxes> ended() {
    return database
        .jdbc()
        .sql(
            "select copied, kept, count(*) as mailboxes from (select %s as copied, %s as kept from mailbox where %s) known"
                    .formatted(COPIED_BEFORE, CREDENTIALS_KEPT, ENDED)
                + " group by copied, kept order by copied, kept")
        .query(
            (row, number) ->
                new EndedMailboxes(
                    row.getBoolean("copied"), row.getBoolean("kept"), row.getLong("mailboxes")))
        .list();
  }

  /** Queues a second pass for every mailbox of a group. */
  public List<Mailbox> queueSecondPass(EndedMailboxes group) {
    return database.inTransaction(
        () -> {
          List<Mailbox> due =
              mailboxes(
                  ENDED
                      + (group.copiedBefore() ? " and " : " and not ")
                      + COPIED_BEFORE
                      + (group.credentialsKept() ? " and " : " and not ")
                      + CREDENTIALS_KEPT);
          for (Mailbox mailbox : due) {
            change(mailbox.id(), MailboxState.QUEUED, "schedule", "second pass");
            database
                .jdbc()
                .sql("update mailbox set pass = 'SECOND' where id = :id")
                .param("id", mailbox.id())
                .update();
            database
                .jdbc()
                .sql("update migration set finished_at = null where id = :id")
                .param("id", mailbox.migrationId())
                .update();
          }
          return due.stream().map(mailbox -> mailbox.inPass(Pass.CATCH_UP)).toList();
        });
  }

  /**
   * Marks a migration as ended if no mailbox of it waits or runs and nobody marked it before.
   *
   * @return whether this call did it, so that exactly one caller writes the report
   */
  public boolean closeIfEnded(String migrationId) {
    return database
            .jdbc()
            .sql(CLOSE_IF_ENDED)
            .params(Timestamp.from(clock.instant()), migrationId, migrationId, migrationId)
            .update()
        == 1;
  }

  /**
   * The migrations without an end, whose last mailbox may have ended when the program was stopped.
   */
  public List<String> withoutEnd() {
    return database
        .jdbc()
        .sql("select id from migration where finished_at is null order by id")
        .query(String.class)
        .list();
  }

  /** A migration by its id. */
  public Migration migration(String migrationId) {
    List<RowProblem> rejected =
        database
            .jdbc()
            .sql(
                "select line, in_column, shown, problem, remedy from rejected_row where migration_id = :id"
                    + " order by position")
            .param("id", migrationId)
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
        select("migration_id = :id")
            .param("id", migrationId)
            .query((row, number) -> mailbox(row))
            .list();
    return database
        .jdbc()
        .sql("select name, opened_at from migration where id = :id")
        .param("id", migrationId)
        .query(
            (row, number) ->
                new Migration(
                    migrationId,
                    row.getString("name"),
                    row.getTimestamp("opened_at").toInstant(),
                    mailboxes,
                    rejected))
        .single();
  }

  /** When a migration ended, or empty while it runs. */
  public Optional<Instant> finishedAt(String migrationId) {
    return database
        .jdbc()
        .sql("select finished_at from migration where id = :id and finished_at is not null")
        .param("id", migrationId)
        .query((row, number) -> row.getTimestamp(1).toInstant())
        .optional();
  }

  private List<Mailbox> mailboxes(String condition) {
    return new ArrayList<>(select(condition).query((row, number) -> mailbox(row)).list());
  }

  private JdbcClient.StatementSpec select(String condition) {
    return database
        .jdbc()
        .sql("select * from mailbox where " + condition + " order by migration_id, row_number");
  }

  static Mailbox mailbox(ResultSet row) throws SQLException {
    // Of a hundred thousand mailboxes most have the same of these, or one address for all.
    String address = row.getString("source_address");
    return new Mailbox(
        row.getString("id"),
        row.getString("migration_id").intern(),
        row.getInt("row_number"),
        address,
        new Server(
            row.getString("source_host").intern(),
            row.getInt("source_port"),
            Security.valueOf(row.getString("source_security"))),
        same(row.getString("source_username"), address),
        same(row.getString("destination_address"), address),
        StoredSource.source(row.getString("contacts")),
        StoredSource.source(row.getString("calendar")),
        options(row.getString("options")),
        Pass.valueOf(row.getString("pass")));
  }

  private static @Nullable String text(RowOptions options) {
    return options.values().isEmpty() ? null : StoredJson.write(options);
  }

  private static RowOptions options(@Nullable String text) {
    return text == null ? RowOptions.NONE : StoredJson.read(text, RowOptions.class);
  }

  private static String same(String text, String other) {
    return text.equals(other) ? other : text;
  }
}
