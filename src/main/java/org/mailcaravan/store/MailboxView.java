package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.status.MailboxFilter;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.store.Times.Pace;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How mailboxes stand: which are asked for, and what is known of each. Thread-safe. */
final class MailboxView {
  /** Of a mailbox m: its last pass that ended. */
  static final String ENDED_PASS =
      "(select max(id) from pass where mailbox_id = m.id and state = 'ENDED')";

  /** Of a mailbox m: its pass that runs, else that waits, else the last one that ended. */
  static final String CURRENT_PASS =
      "coalesce((select max(id) from pass where mailbox_id = m.id and state = 'RUNNING'),"
          + " (select max(id) from pass where mailbox_id = m.id and state = 'WAITING'), "
          + ENDED_PASS
          + ")";

  /** Of a migration g: nothing that happens later to its mailboxes is of it any more. */
  private static final String IS_OVER = "g.stage in ('CLOSED', 'CANCELLED')";

  /** Of a mailbox m and a migration g that names it: the last pass that ended before g was over. */
  static final String ENDED_PASS_OF_MIGRATION =
      "(select max(e.id) from pass e where e.mailbox_id = m.id and e.state = 'ENDED' and (not "
          + IS_OVER
          + " or e.migration_id = g.id or e.ended_at <= g.stage_at))";

  /** Of both: the migration is over, and another one has gone on with the mailbox. */
  static final String GONE_ON =
      "("
          + IS_OVER
          + " and exists (select 1 from pass o where o.mailbox_id = m.id and o.migration_id <> g.id"
          + " and (o.state <> 'ENDED' or o.ended_at > g.stage_at)))";

  /** Of a mailbox m. */
  static final String NEEDS_A_PERSON = "m.state in ('INCOMPLETE', 'BLOCKED', 'FAULT')";

  /**
   * Of a migration g: what is not whole in it needs a person. A command has no life after its run.
   */
  static final String IS_CARED_FOR =
      "(g.stage not in ('CLOSED', 'CANCELLED') or g.only_node is not null)";

  /** Of a mailbox m: such a migration names it. */
  private static final String CARED_FOR =
      "exists (select 1 from migration_mailbox w join migration g on g.id = w.migration_id"
          + " where w.mailbox_id = m.id and "
          + IS_CARED_FOR
          + ")";

  /**
   * Of a pass p: its mailbox was looked at, the old provider refused the login, and it waits on.
   */
  private static final String REFUSED =
      "f.mailbox_id = p.mailbox_id and f.migration_id = p.migration_id and f.state = 'ENDED'"
          + " and p.state = 'WAITING' and p.waits_for = 'PREFLIGHT'";

  private static final String UNDER_WAY = " where p.state in ('RUNNING', 'WAITING')";

  private static final Set<String> ATTENTION = Set.of("INCOMPLETE", "BLOCKED", "FAULT");

  // The limit keeps PostgreSQL from looking the passes up once more for each join.
  private static final String BY_IDS =
      "select m.id, m.source_address, m.destination_address, m.source_host, m.source_port, m.state,"
          + " m.priority, m.last_migration, p.id as pass_id, p.migration_id, p.kind,"
          + " p.state as pass_state, p.due_at, p.control, p.owner, p.host, p.started_at, p.ended_at,"
          + " p.messages_done, p.messages_total, p.bytes_done, p.bytes_total,"
          + " current_timestamp as now_at, (select f.findings from preflight f where "
          + REFUSED
          + ") as refused, "
          + CARED_FOR
          + " as cared_for, "
          + Waits.COLUMNS
          + " from (select m.id, m.source_address, m.destination_address, m.source_host,"
          + " m.source_port, m.state, m.priority, m.paused, m.node, m.time_window, m.policy_window, m.inbox_first, "
          + CURRENT_PASS
          + " as current_pass, (select max(migration_id) from migration_mailbox"
          + " where mailbox_id = m.id) as last_migration from mailbox m where m.id in (:ids)"
          + " limit 1000) m left join pass p on p.id = m.current_pass"
          + Waits.JOINS;

  private final Database database;
  private final ProblemView problems;

  MailboxView(Database database, ProblemView problems) {
    this.database = database;
    this.problems = problems;
  }

  /** Those of the ids that exist, in their order; at most 1000. */
  List<MailboxStatus> byIds(List<String> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    Map<String, ProblemView.First> known = problems.firstOf(ids);
    Map<String, MailboxStatus> found = new HashMap<>();
    database
        .jdbc()
        .sql(BY_IDS)
        .param("ids", ids)
        .query(
            (ResultSet row) -> {
              String id = row.getString("id");
              found.put(id, status(row, known.getOrDefault(id, ProblemView.First.NONE)));
            });
    return ids.stream().map(found::remove).filter(Objects::nonNull).toList();
  }

  /** A page of ids, in their order. */
  List<String> ids(MailboxFilter filter, @Nullable String after, int limit) {
    List<String> conditions = new ArrayList<>();
    Map<String, Object> params = new HashMap<>();
    if (filter.migration() != null) {
      conditions.add(
          "m.id in (select mailbox_id from migration_mailbox where migration_id = :migration)");
      params.put("migration", filter.migration());
    }
    if (filter.state() != null) {
      conditions.add("m.state = :state");
      params.put("state", filter.state().toUpperCase(Locale.ROOT));
    }
    if (filter.address() != null) {
      conditions.add(
          "(lower(m.source_address) = :address or lower(m.destination_address) = :address)");
      params.put("address", filter.address().toLowerCase(Locale.ROOT));
    }
    if (filter.domain() != null) {
      conditions.add("m.mail_domain = :domain");
      params.put("domain", normal(filter.domain()));
    }
    if (after != null) {
      conditions.add("m.id > :after");
      params.put("after", after);
    }
    String where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
    JdbcClient.StatementSpec statement =
        database
            .jdbc()
            .sql("select m.id from mailbox m" + where + " order by m.id limit " + limit)
            .params(params);
    return statement.query(String.class).list();
  }

  /** As it is stored; what is no domain is nobody's. */
  private static String normal(String domain) {
    try {
      return HostNames.normal(domain);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /**
   * The most telling ones of some migrations and mailboxes: those that run, that need a person (at
   * last those that wait all the same), that wait, and the others, as many as there is room for.
   * Each is listed once.
   */
  List<String> mostTelling(Collection<String> migrations, Collection<String> mailboxes, int bound) {
    List<String> ids = new ArrayList<>();
    String scope = scope(migrations, mailboxes);
    for (String part :
        List.of(
            "select m.id from pass p join mailbox m on m.id = p.mailbox_id"
                + " where p.state = 'RUNNING' and "
                + scope
                + " order by p.started_at, p.id",
            "select m.id from mailbox m where "
                + NEEDS_A_PERSON
                + " and "
                + CARED_FOR
                + " and "
                + scope
                + " order by m.id",
            "select m.id from pass p join mailbox m on m.id = p.mailbox_id join preflight f on "
                + REFUSED
                + " where "
                + scope
                + " order by p.due_at, p.id",
            "select m.id from pass p join mailbox m on m.id = p.mailbox_id"
                + " where p.state = 'WAITING' and "
                + scope
                + " order by p.due_at, p.id",
            "select m.id from mailbox m where m.state not in ('QUEUED', 'COPYING') and "
                + scope
                + " order by m.id desc")) {
      if (ids.size() < bound) {
        ids.addAll(
            inScope(part + " limit " + (bound - ids.size()), migrations, mailboxes)
                .query(String.class)
                .list());
      }
    }
    return ids.stream().distinct().toList();
  }

  /** How many there are in some migrations and mailboxes. */
  long count(Collection<String> migrations, Collection<String> mailboxes) {
    String sql =
        mailboxes.isEmpty() && !migrations.isEmpty()
            ? "select count(distinct mailbox_id) from migration_mailbox"
                + " where migration_id in (:migrations)"
            : "select count(*) from mailbox m where " + scope(migrations, mailboxes);
    return inScope(sql, migrations, mailboxes).query(Long.class).single();
  }

  /** Whether a pass of some migrations and mailboxes runs or waits. */
  boolean isAnyUnderWay(Collection<String> migrations, Collection<String> mailboxes) {
    return !inScope(
            "select m.id from pass p join mailbox m on m.id = p.mailbox_id"
                + UNDER_WAY
                + " and "
                + scope(migrations, mailboxes)
                + " limit 1",
            migrations,
            mailboxes)
        .query(String.class)
        .list()
        .isEmpty();
  }

  /** Whether any pass runs or waits. */
  boolean isAnyUnderWay() {
    return !database
        .jdbc()
        .sql("select p.mailbox_id from pass p" + UNDER_WAY + " limit 1")
        .query(String.class)
        .list()
        .isEmpty();
  }

  /** By one row after the other, so that the order may come from an index. */
  private static String scope(Collection<String> migrations, Collection<String> mailboxes) {
    String named =
        "exists (select 1 from migration_mailbox mm where mm.mailbox_id = m.id"
            + " and mm.migration_id in (:migrations))";
    if (mailboxes.isEmpty()) {
      return migrations.isEmpty() ? "1 = 0" : named;
    }
    return migrations.isEmpty()
        ? "m.id in (:mailboxes)"
        : "(" + named + " or m.id in (:mailboxes))";
  }

  private JdbcClient.StatementSpec inScope(
      String sql, Collection<String> migrations, Collection<String> mailboxes) {
    JdbcClient.StatementSpec statement = database.jdbc().sql(sql);
    if (!migrations.isEmpty()) {
      statement = statement.param("migrations", migrations);
    }
    return mailboxes.isEmpty() ? statement : statement.param("mailboxes", mailboxes);
  }

  private MailboxStatus status(ResultSet row, ProblemView.First ofLastPass) throws SQLException {
    String refused = row.getString("refused");
    ProblemView.First problems =
        refused == null
            ? ofLastPass
            : this.problems.found(row, StoredJson.read(refused, Preflight.class).problems());
    String state = row.getString("state");
    String passState = row.getString("pass_state");
    boolean running = "RUNNING".equals(passState);
    boolean waiting = "WAITING".equals(passState);
    long messagesDone = row.getLong("messages_done");
    Long messagesTotal = Times.known(row, "messages_total");
    long bytesDone = row.getLong("bytes_done");
    Long bytesTotal = Times.known(row, "bytes_total");
    Instant started = Times.instant(row, "started_at");
    Pace pace =
        running && started != null
            ? Pace.of(
                Duration.between(started, Times.present(row, "now_at")),
                messagesDone,
                messagesTotal,
                bytesDone,
                bytesTotal)
            : Pace.UNKNOWN;
    String kind = row.getString("kind");
    String migration = row.getString("migration_id");
    String host = row.getString("host");
    return new MailboxStatus(
        row.getString("id"),
        migration == null ? row.getString("last_migration") : migration,
        row.getString("source_address"),
        row.getString("destination_address"),
        MailboxState.valueOf(state).id(),
        kind == null ? null : Pass.valueOf(kind).id(),
        row.getObject("pass_id", Long.class),
        Waits.code(row),
        Waits.reason(row),
        waiting ? Times.instant(row, "due_at") : null,
        PassView.id(row.getString("control")),
        running ? row.getString("owner") : null,
        host == null
            ? row.getString("source_host").toLowerCase(Locale.ROOT)
                + ":"
                + row.getInt("source_port")
            : host,
        messagesDone,
        messagesTotal,
        bytesDone,
        bytesTotal,
        running ? started : null,
        running || waiting ? null : Times.instant(row, "ended_at"),
        pace.rate(),
        pace.secondsLeft(),
        problems.list(),
        problems.count(),
        refused != null || (ATTENTION.contains(state) && row.getBoolean("cared_for")),
        Waits.isPaused(row),
        row.getInt("priority"));
  }
}
