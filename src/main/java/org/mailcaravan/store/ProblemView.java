package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.status.ProblemFilter;
import org.mailcaravan.model.status.ProblemStatus;

/** The problems of the last passes. Thread-safe. */
final class ProblemView {
  private static final int FIRST = 10;

  private static final String SELECT =
      "select q.pass_id, q.position, q.description, p.mailbox_id, p.migration_id, p.ended_at,"
          + " m.source_address, (select count(*) from problem where pass_id = q.pass_id) as total"
          + " from problem q join pass p on p.id = q.pass_id join mailbox m on m.id = p.mailbox_id"
          + " where ";

  /** That no later pass of the mailbox has ended. */
  private static final String OF_LAST_PASS =
      "not exists (select 1 from pass l where l.mailbox_id = p.mailbox_id and l.state = 'ENDED'"
          + " and l.id > p.id)";

  private final Database database;

  private final MailboxMaker maker;

  ProblemView(Database database, MailboxMaker maker) {
    this.database = database;
    this.maker = maker;
  }

  /**
   * The first problems of a pass.
   *
   * @param count how many it has
   */
  record First(List<ProblemStatus> list, int count) {
    static final First NONE = new First(List.of(), 0);
  }

  /** Those of mailboxes by their ids; of each at most ten. */
  Map<String, First> firstOf(List<String> mailboxes) {
    Map<String, List<ProblemStatus>> lists = new HashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    database
        .jdbc()
        .sql(
            SELECT
                + "q.position < :first and q.pass_id in (select max(id) from pass"
                + " where mailbox_id in (:ids) and state = 'ENDED' group by mailbox_id)"
                + " order by q.pass_id, q.position")
        .param("first", FIRST)
        .param("ids", mailboxes)
        .query(
            (ResultSet row) -> {
              ProblemStatus problem = status(row);
              lists.computeIfAbsent(problem.mailbox(), id -> new ArrayList<>()).add(problem);
              counts.put(problem.mailbox(), row.getInt("total"));
            });
    Map<String, First> first = new HashMap<>();
    lists.forEach((id, list) -> first.put(id, new First(list, counts.getOrDefault(id, 0))));
    return first;
  }

  /**
   * A page, newest pass first.
   *
   * @param before {@code 17.0}; null for the first page
   */
  List<ProblemStatus> page(ProblemFilter filter, @Nullable String before, int limit) {
    List<String> conditions = new ArrayList<>();
    Map<String, Object> params = new HashMap<>();
    if (filter.migration() == null) {
      conditions.add(OF_LAST_PASS);
    } else {
      conditions.add(
          "exists (select 1 from migration_mailbox mm join migration g on g.id = mm.migration_id"
              + " where mm.mailbox_id = m.id and g.id = :migration and p.id = "
              + MailboxView.ENDED_PASS_OF_MIGRATION
              + ")");
      params.put("migration", filter.migration());
    }
    if (filter.mailbox() != null) {
      conditions.add("p.mailbox_id = :mailbox");
      params.put("mailbox", filter.mailbox());
    }
    if (filter.code() != null) {
      conditions.add("q.code = :code");
      params.put("code", codeId(filter.code()));
    }
    if (before != null) {
      String[] place = before.split("\\.", 2);
      conditions.add("(q.pass_id < :pass or (q.pass_id = :pass and q.position > :position))");
      params.put("pass", number(place[0]));
      params.put("position", place.length > 1 ? number(place[1]) : 0);
    }
    return database
        .jdbc()
        .sql(
            SELECT
                + String.join(" and ", conditions)
                + " order by q.pass_id desc, q.position limit "
                + limit)
        .params(params)
        .query((row, index) -> status(row))
        .list();
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      // Such an id was never given out: nothing is before it.
      return -1;
    }
  }

  /** How many the last passes have, by code. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new HashMap<>();
    database
        .jdbc()
        .sql(
            "select q.code, count(*) as number from problem q join pass p on p.id = q.pass_id where "
                + OF_LAST_PASS
                + " group by q.code")
        .query(
            (ResultSet row) -> {
              counts.put(codeId(row.getString("code")), row.getLong("number"));
            });
    return counts;
  }

  static String codeId(String code) {
    return code.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private ProblemStatus status(ResultSet row) throws SQLException {
    Problem problem = StoredJson.read(row.getString("description"), Problem.class);
    return status(
        row,
        problem,
        row.getInt("position"),
        row.getString("mailbox_id"),
        Times.instant(row, "ended_at"));
  }

  /** What a look before the pass of a mailbox has found. */
  First found(ResultSet row, List<Problem> problems) throws SQLException {
    List<ProblemStatus> list = new ArrayList<>();
    for (Problem problem : problems) {
      list.add(status(row, problem, list.size(), row.getString("id"), null));
    }
    return new First(list, list.size());
  }

  private ProblemStatus status(
      ResultSet row, Problem found, int position, String mailbox, @Nullable Instant at)
      throws SQLException {
    Problem problem = maker.shown(found);
    return new ProblemStatus(
        row.getLong("pass_id") + "." + position,
        row.getLong("pass_id"),
        mailbox,
        row.getString("migration_id"),
        row.getString("source_address"),
        problem.code().id(),
        problem.severity().id(),
        codeId(problem.owner().name()),
        problem.place().toString(),
        problem.cause(),
        problem.nextStep(),
        problem.notBefore(),
        at);
  }
}
