package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationStage;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.status.MigrationState;
import org.mailcaravan.model.status.MigrationStatus;

/** How migrations stand, calculated from their mailboxes. Thread-safe. */
final class MigrationView {
  /** A pass younger than this has no rate that one could use. */
  private static final int SHORTEST_SECONDS = 5;

  private static final String MIGRATIONS =
      "select g.*, (select count(distinct line) from rejected_row where request_id = g.request_id)"
          + " as rejected_rows from migration g where g.id in (:ids) order by g.id desc";

  private static final String ELAPSED =
      "(extract(epoch from current_timestamp) - extract(epoch from p.started_at))";

  /** Of a mailbox m with which another migration has gone on: what it was when g was over. */
  private static final String STATE_THEN =
      "case when g.stage = 'CANCELLED' and not g.cancelled then 'CANCELLED' else"
          + " coalesce((select e.outcome from pass e where e.id = "
          + MailboxView.ENDED_PASS_OF_MIGRATION
          + "), case when g.stage = 'CANCELLED' then 'CANCELLED' else 'BLOCKED' end) end";

  /** Distinct, since a migration may name a mailbox in several rows. */
  private static final String TALLY =
      "select x.migration_id, x.state, count(*) as mailboxes,"
          + " sum(p.messages_done) as messages_done,"
          + " sum(case when p.messages_total < 0 then 0 else p.messages_total end) as messages_total,"
          + " sum(p.bytes_done) as bytes_done,"
          + " sum(case when p.bytes_total < 0 then 0 else p.bytes_total end) as bytes_total,"
          + " sum(case when p.bytes_total < 0 then 0 else 1 end) as known,"
          + " sum(case when p.state = 'RUNNING' and "
          + ELAPSED
          + " > "
          + SHORTEST_SECONDS
          + " then p.bytes_done / "
          + ELAPSED
          + " else 0 end) as rate from (select distinct mm.migration_id, m.id, case when "
          + MailboxView.GONE_ON
          + " then "
          + STATE_THEN
          + " else m.state end as state, case when "
          + MailboxView.GONE_ON
          + " then "
          + MailboxView.ENDED_PASS_OF_MIGRATION
          + " else "
          + MailboxView.CURRENT_PASS
          + " end as current_pass from migration_mailbox mm join mailbox m on m.id = mm.mailbox_id"
          + " join migration g on g.id = mm.migration_id where mm.migration_id in (:ids)) x left join pass p on p.id = x.current_pass"
          + " group by x.migration_id, x.state";

  private static final String PROBLEMS =
      "select x.migration_id, q.code, count(*) as number from (select distinct mm.migration_id, m.id, "
          + MailboxView.ENDED_PASS_OF_MIGRATION
          + " as ended_pass from migration_mailbox mm join mailbox m on m.id = mm.mailbox_id"
          + " join migration g on g.id = mm.migration_id where mm.migration_id in (:ids)) x join problem q on q.pass_id = x.ended_pass"
          + " group by x.migration_id, q.code";

  private static final String UNLESS_LONG_ENDED =
      "select g.id from migration g where g.finished_at is null"
          + " or g.finished_at > current_timestamp - 86400 * interval '1' second"
          + " or g.closed_at is null and g.stage in ('NEEDS_ATTENTION', 'WAITING_FOR_CUTOVER', 'FINAL_PASSES',"
          + " 'COMPLETE') or "
          + MailboxView.IS_CARED_FOR
          + " and exists (select 1"
          + " from migration_mailbox mm join mailbox m on m.id = mm.mailbox_id"
          + " where mm.migration_id = g.id and "
          + MailboxView.NEEDS_A_PERSON
          + ") order by g.id desc limit ?";

  private final Database database;

  MigrationView(Database database) {
    this.database = database;
  }

  /** What is known of the mailboxes of a migration that are in one state. */
  private record Tally(
      MailboxState state,
      long mailboxes,
      long messagesDone,
      long messagesTotal,
      long bytesDone,
      long bytesTotal,
      long known,
      double rate) {}

  /** A page of ids, newest first. */
  List<String> ids(@Nullable String after, int limit) {
    return after == null
        ? database
            .jdbc()
            .sql("select id from migration order by id desc limit ?")
            .param(limit)
            .query(String.class)
            .list()
        : database
            .jdbc()
            .sql("select id from migration where id < ? order by id desc limit ?")
            .params(after, limit)
            .query(String.class)
            .list();
  }

  /** Those that wait or run, ended within a day, or need a person; newest first. */
  List<String> unlessLongEnded(int limit) {
    return database.jdbc().sql(UNLESS_LONG_ENDED).param(limit).query(String.class).list();
  }

  /** How many migrations of the service are in each stage; stages without any are left out. */
  Map<String, Long> stages() {
    Map<MigrationStage, Long> counts = new EnumMap<>(MigrationStage.class);
    database
        .jdbc()
        .sql(
            "select stage, count(*) from migration where only_node is null and removed_at is null group by stage")
        .query(
            (ResultSet row) -> {
              counts.put(MigrationStage.valueOf(row.getString(1)), row.getLong(2));
            });
    Map<String, Long> stages = new LinkedHashMap<>();
    counts.forEach((stage, count) -> stages.put(stage.id(), count));
    return stages;
  }

  /** Why a migration is in its stage, as the event says that told of it. */
  Optional<String> stageReason(String id) {
    return database
        .jdbc()
        .sql(
            "select e.reason from event e join migration g on g.id = e.migration_id where e.migration_id = ?"
                + " and e.kind = 'migration' and e.state = g.stage order by e.number desc limit 1")
        .param(id)
        .query(String.class)
        .optional();
  }

  /** Those of the ids that exist, newest first. */
  List<MigrationStatus> byIds(Collection<String> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    Map<String, Map<MailboxState, Tally>> tallies = new HashMap<>();
    database
        .jdbc()
        .sql(TALLY)
        .param("ids", ids)
        .query(
            (ResultSet row) -> {
              Tally tally = tally(row);
              tallies
                  .computeIfAbsent(row.getString("migration_id"), id -> new TreeMap<>())
                  .put(tally.state(), tally);
            });
    Map<String, Map<String, Long>> problems = new HashMap<>();
    database
        .jdbc()
        .sql(PROBLEMS)
        .param("ids", ids)
        .query(
            (ResultSet row) -> {
              problems
                  .computeIfAbsent(row.getString("migration_id"), id -> new TreeMap<>())
                  .put(ProblemView.codeId(row.getString("code")), row.getLong("number"));
            });
    return database
        .jdbc()
        .sql(MIGRATIONS)
        .param("ids", ids)
        .query(
            (row, number) -> {
              String id = row.getString("id");
              return status(
                  row, tallies.getOrDefault(id, Map.of()), problems.getOrDefault(id, Map.of()));
            })
        .list();
  }

  /** The rejected rows of a migration's request, in its order. */
  List<RowProblem> rejected(String id, int limit) {
    return database
        .jdbc()
        .sql(
            "select "
                + StoredProblem.COLUMNS
                + " from rejected_row where request_id ="
                + " (select request_id from migration where id = ?) order by position limit ?")
        .params(id, limit)
        .query(StoredProblem::of)
        .list();
  }

  private static Tally tally(ResultSet row) throws SQLException {
    return new Tally(
        MailboxState.valueOf(row.getString("state")),
        row.getLong("mailboxes"),
        row.getLong("messages_done"),
        row.getLong("messages_total"),
        row.getLong("bytes_done"),
        row.getLong("bytes_total"),
        row.getLong("known"),
        row.getDouble("rate"));
  }

  private static MigrationStatus status(
      ResultSet row, Map<MailboxState, Tally> tallies, Map<String, Long> problems)
      throws SQLException {
    Map<String, Long> byState = new TreeMap<>();
    long needAttention = 0;
    Sum sum = new Sum();
    for (Tally tally : tallies.values()) {
      byState.put(tally.state().id(), tally.mailboxes());
      if (needsAttention(tally.state())) {
        needAttention += tally.mailboxes();
      }
      sum.add(tally);
    }
    long rejected = row.getLong("rejected_rows");
    boolean attention = needAttention > 0 || rejected > 0;
    return new MigrationStatus(
        row.getString("id"),
        row.getString("name"),
        state(row, tallies, attention).id(),
        byState,
        rejected,
        Times.present(row, "opened_at"),
        Times.instant(row, "finished_at"),
        row.getInt("priority"),
        row.getBoolean("paused"),
        row.getBoolean("report_due"),
        sum.messagesDone,
        sum.known > 0 ? sum.messagesTotal : null,
        sum.bytesDone,
        sum.known > 0 ? sum.bytesTotal : null,
        sum.rate > 0 ? Math.round(sum.rate) : null,
        sum.secondsLeft(),
        needAttention,
        problems,
        MigrationStage.valueOf(row.getString("stage")).id(),
        Objects.requireNonNullElse(Times.instant(row, "stage_at"), Times.present(row, "opened_at")),
        Times.instant(row, "closed_at"),
        Times.instant(row, "removed_at"));
  }

  private static boolean needsAttention(MailboxState state) {
    return state == MailboxState.INCOMPLETE
        || state == MailboxState.BLOCKED
        || state == MailboxState.FAULT;
  }

  private static MigrationState state(
      ResultSet row, Map<MailboxState, Tally> tallies, boolean attention) throws SQLException {
    if (tallies.containsKey(MailboxState.COPYING)) {
      return MigrationState.RUNNING;
    }
    boolean onlyCancelled = tallies.containsKey(MailboxState.CANCELLED) && tallies.size() == 1;
    if (row.getBoolean("cancelled") || onlyCancelled) {
      return MigrationState.CANCELLED;
    }
    if (tallies.containsKey(MailboxState.QUEUED)) {
      return row.getBoolean("paused") ? MigrationState.PAUSED : MigrationState.WAITING;
    }
    return attention ? MigrationState.ATTENTION : MigrationState.ENDED;
  }

  /** Of the mailboxes that have a pass. */
  private static final class Sum {
    private long messagesDone;
    private long messagesTotal;
    private long bytesDone;
    private long bytesTotal;
    private long known;
    private double rate;
    private long openKnown;
    private double bytesLeft;
    private long openUnknown;

    void add(Tally tally) {
      messagesDone += tally.messagesDone();
      messagesTotal += tally.messagesTotal();
      bytesDone += tally.bytesDone();
      bytesTotal += tally.bytesTotal();
      known += tally.known();
      rate += tally.rate();
      if (tally.state() == MailboxState.COPYING || tally.state() == MailboxState.QUEUED) {
        openKnown += tally.known();
        openUnknown += tally.mailboxes() - tally.known();
        bytesLeft += Math.max(0, tally.bytesTotal() - tally.bytesDone());
      }
    }

    /** Mailboxes that nobody has looked into yet count as one of those that are known. */
    @Nullable Long secondsLeft() {
      if (rate <= 0 || known == 0 || openKnown == 0) {
        return null;
      }
      double unknown = (double) openUnknown * bytesTotal / known;
      double left = bytesLeft + unknown;
      // The last steps of a pass come behind its last message.
      return left <= 0 ? null : Math.max(1, Math.round(left / rate));
    }
  }
}
