package org.mailcaravan.store;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Caller;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Parts;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowProblem;

/**
 * Requests, the migrations they open, and the mailboxes that these name: how they begin and end.
 * Thread-safe.
 */
public final class Migrations {
  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int ID_NAME_LENGTH = 60;

  /** Rows that are stored by the same statements. */
  private static final int ROWS_AT_ONCE = 500;

  private final Database database;
  private final Events events;
  private final Origin origin;
  private final Endings endings;
  private final LaterPasses later;
  private final Clock clock;
  private final @Nullable PreflightRows preflights;

  public Migrations(Database database, Events events, Origin origin, Clock clock) {
    this(database, events, origin, clock, null);
  }

  /**
   * @param preflights for what is looked at before a pass begins; null when nothing is
   */
  public Migrations(
      Database database,
      Events events,
      Origin origin,
      Clock clock,
      @Nullable PreflightRows preflights) {
    this.database = database;
    this.events = events;
    this.origin = origin;
    this.preflights = preflights;
    this.endings = new Endings(database, events);
    this.later = new LaterPasses(database, events);
    this.clock = clock;
  }

  /**
   * Stores a request as a new migration. Mailboxes that are known already, by their pair of
   * accounts, are brought up to date by it; each one gets a pass that is due, or has one that
   * waits.
   */
  public Migration open(Request request) {
    return database.tryingAgain(
        () -> {
          Instant now = clock.instant();
          String id = freeId(request.name(), now);
          insert(id, request, now);
          watchDomains(request.rows());
          List<Mailbox> mailboxes = new ArrayList<>(request.rows().size());
          for (List<RequestRow> rows : Parts.of(request.rows(), ROWS_AT_ONCE)) {
            mailboxes.addAll(new NamedMailboxes(database, origin, id, rows).store());
          }
          long waiting = awaitingPassword(id).size();
          if (preflights != null) {
            preflights.open(id);
          }
          events.add(
              "migration",
              request.channel().id(),
              id,
              null,
              null,
              null,
              "OPENED",
              "%d mailboxes accepted%s, %d problems in rejected rows%s"
                  .formatted(
                      mailboxes.size(),
                      waiting == 0 ? "" : " (" + waiting + " wait for their passwords)",
                      request.rejected().size(),
                      request.reading().known() ? "; read as " + request.reading().summary() : ""));
          if (mailboxes.isEmpty()) {
            endings.ofMigration(id, request.channel().id());
          }
          return new Migration(
              id, request.name(), now, mailboxes, request.rejected(), request.reading());
        });
  }

  /** Before mailboxes are locked, as whoever looks at a domain does it. */
  private void watchDomains(List<RequestRow> rows) {
    if (!origin.alone()) {
      CutoverDomains.watch(
          database,
          rows.stream()
              .map(row -> origin.mailDomain(row.sourceAddress()))
              .filter(Objects::nonNull)
              .toList());
    }
  }

  /** Whether this node has opened a migration by a request of this name, at a time or later. */
  public boolean isOpened(String name, Instant since) {
    return !database
        .jdbc()
        .sql("select 1 from request where node = ? and name = ? and received_at >= ?")
        .params(origin.node(), name, Timestamp.from(since.truncatedTo(ChronoUnit.MILLIS)))
        .query(Integer.class)
        .list()
        .isEmpty();
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

  private void insert(String id, Request request, Instant now) {
    Timestamp at = Timestamp.from(now);
    database
        .jdbc()
        .sql(
            "insert into request (id, channel, name, received_at, node, request_key, content_digest, reading,"
                + " ticket) values (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .params(
            id,
            request.channel().id(),
            request.name(),
            at,
            origin.node(),
            request.sender() == null ? null : request.sender().requestKey(),
            request.sender() instanceof Caller caller && caller.key() != null
                ? caller.key().digest()
                : null,
            request.reading().known() ? StoredJson.write(request.reading()) : null,
            request.ticket().isEmpty() ? null : request.ticket())
        .update();
    database
        .jdbc()
        .sql(
            "insert into migration (id, request_id, name, opened_at, stage_at, node, only_node)"
                + " values (?, ?, ?, ?, ?, ?, ?)")
        .params(id, id, request.name(), at, at, origin.node(), origin.only())
        .update();
    int position = 0;
    List<Object[]> rejected = new ArrayList<>();
    for (RowProblem problem : request.rejected()) {
      rejected.add(
          new Object[] {
            id,
            position++,
            problem.line(),
            problem.column(),
            problem.value(),
            problem.problem(),
            problem.remedy()
          });
    }
    database.batch(
        "insert into rejected_row (request_id, position, line, in_column, shown, problem, remedy)"
            + " values (?, ?, ?, ?, ?, ?, ?)",
        rejected);
  }

  /**
   * The mailboxes without a pass that waits or runs, by what is known of them: a few groups,
   * however many mailboxes there are. Those that a person has cancelled or paused are not among
   * them, nor those that have had their cutover, or whose policies say when.
   */
  public List<EndedMailboxes> ended() {
    return database
        .jdbc()
        .sql(
            "select copied, kept, count(*) as mailboxes from (select copied_before as copied, "
                + LaterPasses.CREDENTIALS_KEPT
                + " as kept from mailbox where "
                + BY_SCHEDULE
                + ") known group by copied, kept order by copied, kept")
        .query(
            (row, number) ->
                new EndedMailboxes(
                    row.getBoolean("copied"), row.getBoolean("kept"), row.getLong("mailboxes")))
        .list();
  }

  /** After the cutover there are final passes instead. */
  private static final String ENDED = LaterPasses.IDLE + " and cutover_at is null";

  /** Their policies do not say when. */
  private static final String BY_SCHEDULE = ENDED + " and resync_minutes is null";

  /** Their policies say how long after the last pass: {@link #POLICY_DUE_AT}. */
  static final String BY_POLICY =
      "resync_minutes is not null and "
          + ENDED
          + " and copied_before and "
          + LaterPasses.CREDENTIALS_KEPT;

  /** When the catch-up pass of such a mailbox is due. */
  static final String POLICY_DUE_AT =
      "(select max(p.ended_at) from pass p where p.mailbox_id = mailbox.id)"
          + " + resync_minutes * interval '1' minute";

  /**
   * Makes a catch-up pass due for every mailbox of a group, on behalf of the last migration that
   * named it.
   *
   * @return how many
   */
  public int queueCatchUp(EndedMailboxes group) {
    return database.tryingAgain(
        () -> {
          List<String> due =
              database
                  .jdbc()
                  .sql(
                      "select id from mailbox where "
                          + BY_SCHEDULE
                          + (group.copiedBefore() ? " and " : " and not ")
                          + "copied_before"
                          + (group.credentialsKept() ? " and " : " and not ")
                          + LaterPasses.CREDENTIALS_KEPT
                          + " order by id for update")
                  .query(String.class)
                  .list();
          later.queue(due, Pass.CATCH_UP, "schedule", "a catch-up pass is due");
          return due.size();
        });
  }

  /**
   * Makes a catch-up pass due for every mailbox whose policy says that it is time. To be called
   * every few minutes.
   *
   * @return how many
   */
  public int queueByPolicy() {
    return database.tryingAgain(
        () -> {
          List<String> due =
              database
                  .jdbc()
                  .sql(
                      "select id from mailbox where "
                          + BY_POLICY
                          + " and "
                          + POLICY_DUE_AT
                          + " <= current_timestamp order by id for update")
                  .query(String.class)
                  .list();
          if (!due.isEmpty()) {
            later.queue(
                due, Pass.CATCH_UP, "schedule", "a catch-up pass is due, as its policy says");
          }
          return due.size();
        });
  }

  /** A migration by its id. */
  public Migration migration(String migrationId) {
    List<RowProblem> rejected =
        database
            .jdbc()
            .sql(
                "select "
                    + StoredProblem.COLUMNS
                    + " from rejected_row where request_id ="
                    + " (select request_id from migration where id = :id) order by position")
            .param("id", migrationId)
            .query(StoredProblem::of)
            .list();
    List<Mailbox> mailboxes =
        database
            .jdbc()
            .sql(
                "select b.*, m.migration_id, m.row_number from migration_mailbox m"
                    + " join mailbox b on b.id = m.mailbox_id where m.migration_id = :id"
                    + " order by m.row_number")
            .param("id", migrationId)
            .query((row, number) -> StoredMailbox.of(row, Pass.FIRST))
            .list();
    return database
        .jdbc()
        .sql(
            "select m.name, m.opened_at, r.reading from migration m join request r on r.id = m.request_id"
                + " where m.id = :id")
        .param("id", migrationId)
        .query(
            (row, number) ->
                new Migration(
                    migrationId,
                    row.getString("name"),
                    row.getTimestamp("opened_at").toInstant(),
                    mailboxes,
                    rejected,
                    reading(row.getString("reading"))))
        .single();
  }

  private static RequestReading reading(@Nullable String stored) {
    return stored == null ? RequestReading.UNKNOWN : StoredJson.read(stored, RequestReading.class);
  }

  /** The migration that a request with a key has opened. */
  public record Opened(Migration migration, String contentDigest) {}

  /**
   * The migration of a request that was made before.
   *
   * @param key as {@link org.mailcaravan.model.Sender#requestKey}
   */
  public Optional<Opened> openedBy(String key) {
    return database
        .jdbc()
        .sql(
            "select m.id, r.content_digest from request r join migration m on m.request_id = r.id"
                + " where r.request_key = :key")
        .param("key", key)
        .query(
            (row, number) ->
                new Opened(
                    migration(row.getString("id")),
                    Objects.requireNonNullElse(row.getString("content_digest"), "")))
        .optional();
  }

  /** The ids of the mailboxes of a migration that wait for their passwords. */
  public Set<String> awaitingPassword(String migrationId) {
    return Set.copyOf(
        database
            .jdbc()
            .sql(
                "select mailbox_id from pass where migration_id = ? and state = 'WAITING'"
                    + " and waits_for = 'PASSWORD'")
            .param(migrationId)
            .query(String.class)
            .list());
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
}
