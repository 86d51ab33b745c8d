package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MigrationStage;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.model.status.Digest;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.model.status.LostAnswer;

/**
 * What happened in some hours, and who must act. It takes as many statements for any number of
 * mailboxes. Thread-safe.
 */
public final class Digests {
  private static final String CUSTOMER = ProblemView.codeId(Owner.CUSTOMER.name());
  private static final String US = ProblemView.codeId(Owner.US.name());

  private static final int MOST_ACTIONS = 50;
  private static final int MOST = 20;

  /** Of a mailbox m: somebody still wants it moved. */
  private static final String WANTED =
      "exists (select 1 from migration_mailbox w join migration g on g.id = w.migration_id"
          + " where w.mailbox_id = m.id and g.stage not in ('CLOSED', 'CANCELLED'))";

  private static final String CAUSES =
      "select q.owner, q.code, count(distinct m.id) as mailboxes, min(m.source_address) as address,"
          + " max(q.pass_id) as example"
          + " from mailbox m left join problem q on q.severity = 'ERROR' and q.pass_id = "
          + MailboxView.ENDED_PASS
          + " where "
          + MailboxView.NEEDS_A_PERSON
          + " and "
          + WANTED
          + " group by q.owner, q.code order by mailboxes desc, q.owner, q.code limit ?";

  private static final String WAITING =
      "select p.waits_for, count(*) as mailboxes, min(m.source_address) as example from pass p"
          + " join mailbox m on m.id = p.mailbox_id where p.state = 'WAITING'"
          + " and p.waits_for in ('MAILBOX', 'PASSWORD', 'RESUME') group by p.waits_for";

  private static final String PASSES =
      "select kind, outcome, count(distinct mailbox_id) as mailboxes, count(*) as passes,"
          + " sum(messages_done) as messages, sum(bytes_done) as octets from pass"
          + " where state = 'ENDED' and ended_at >= :since and ended_at < :until"
          + " group by kind, outcome";

  private static final String FIRST_OF =
      "from pass p where p.migration_id = g.id and p.kind = 'FIRST' and ";

  private static final String FORECASTS =
      "select * from (select g.id, g.name, g.forecast_first, g.forecast_told, (select max(p.ended_at) "
          + FIRST_OF
          + "p.state = 'ENDED') as ended_at, (select count(*) "
          + FIRST_OF
          + "p.state <> 'ENDED') as open_passes from migration g where g.forecast_first is not null"
          + " and g.stage <> 'CANCELLED' and (g.closed_at is null or g.closed_at >= :since)) f"
          + " where (open_passes = 0 and ended_at >= :since and ended_at < :until)"
          + " or (open_passes > 0 and forecast_told > forecast_first)";

  private final Database database;
  private final FleetView fleet;

  public Digests(Database database) {
    this.database = database;
    // Nodes are not told, so it does not matter which are alive.
    fleet = new FleetView(database, Duration.ZERO);
  }

  /**
   * The digest of a span of time; who must act is told as of now.
   *
   * @param since inclusive
   * @param until exclusive
   */
  public Digest of(Instant since, Instant until) {
    Map<String, Object> span =
        Map.of("since", Timestamp.from(since), "until", Timestamp.from(until));
    return new Digest(
        since,
        until,
        actions(span),
        ended(span),
        migrations(span),
        awaitingCutover(),
        forecasts(span),
        hosts(),
        notTold(since),
        LeftMails.waiting(database, MOST),
        FailedLooks.fresh(database).orElse(null));
  }

  private record Cause(
      @Nullable String owner, @Nullable String code, long mailboxes, String address, long example) {
    String key() {
      return example + " " + owner + " " + code;
    }
  }

  private record Example(String address, Problem problem) {}

  private List<Digest.Action> actions(Map<String, Object> span) {
    List<Cause> causes =
        database
            .jdbc()
            .sql(CAUSES)
            .param(MOST_ACTIONS)
            .query(
                (row, number) ->
                    new Cause(
                        row.getString("owner"),
                        row.getString("code"),
                        row.getLong("mailboxes"),
                        row.getString("address"),
                        row.getLong("example")))
            .list();
    Map<String, Example> examples = examples(causes);
    List<Digest.Action> actions = new ArrayList<>();
    causes.forEach(cause -> actions.add(action(cause, examples.get(cause.key()))));
    actions.addAll(waiting());
    actions.addAll(rejectedRows(span));
    actions.sort(Comparator.comparing(Digest.Action::mailboxes).reversed());
    return actions.subList(0, Math.min(MOST_ACTIONS, actions.size()));
  }

  /**
   * @param example null for a pass that ended without a problem that says why
   */
  private static Digest.Action action(Cause cause, @Nullable Example example) {
    return example == null
        ? new Digest.Action(
            US,
            "other",
            cause.mailboxes,
            cause.address,
            "its last pass did not end as it should",
            "Its report says what is to be done. Then retry it.")
        : new Digest.Action(
            ProblemView.codeId(example.problem.owner().name()),
            example.problem.code().id(),
            cause.mailboxes,
            example.address,
            example.problem.place() + ": " + example.problem.cause(),
            example.problem.nextStep());
  }

  private Map<String, Example> examples(List<Cause> causes) {
    return causes.isEmpty()
        ? Map.of()
        : database
            .jdbc()
            .sql(
                "select q.pass_id, q.code, q.owner, q.description, m.source_address from problem q"
                    + " join pass p on p.id = q.pass_id join mailbox m on m.id = p.mailbox_id"
                    + " where q.pass_id in (:passes) and q.position = (select min(o.position) from problem o"
                    + " where o.pass_id = q.pass_id and o.code = q.code and o.owner = q.owner"
                    + " and o.severity = 'ERROR')")
            .param("passes", causes.stream().map(Cause::example).distinct().toList())
            .query(
                (row, number) ->
                    Map.entry(
                        row.getLong("pass_id")
                            + " "
                            + row.getString("owner")
                            + " "
                            + row.getString("code"),
                        new Example(
                            row.getString("source_address"),
                            StoredJson.read(row.getString("description"), Problem.class))))
            .list()
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Passes that wait for a person. */
  private List<Digest.Action> waiting() {
    return database
        .jdbc()
        .sql(WAITING)
        .query(
            (row, number) ->
                waiting(
                    WaitsFor.valueOf(row.getString("waits_for")),
                    row.getLong("mailboxes"),
                    row.getString("example")))
        .list();
  }

  private static Digest.Action waiting(WaitsFor what, long mailboxes, String example) {
    String code = "waits-for-" + what.id();
    return switch (what) {
      case PASSWORD ->
          new Digest.Action(
              CUSTOMER,
              code,
              mailboxes,
              example,
              "its password at the old provider has not come yet",
              "Send it; \"mailcaravan password\" or a request takes it.");
      case MAILBOX ->
          new Digest.Action(
              CUSTOMER,
              code,
              mailboxes,
              example,
              "its mailbox at the new server is missing, or its login there is refused",
              "Create the mailbox. It is tried again by itself.");
      default ->
          new Digest.Action(
              US,
              code,
              mailboxes,
              example,
              "a person has paused it, its migration or its server",
              "Resume it with \"mailcaravan resume\".");
    };
  }

  /** Rows of the requests of that time that cannot be used. */
  private List<Digest.Action> rejectedRows(Map<String, Object> span) {
    return database
        .jdbc()
        .sql(
            "select count(*) as number, min(name) as name from (select distinct r.request_id, r.line, q.name"
                + " from rejected_row r join request q on q.id = r.request_id"
                + " where q.received_at >= :since and q.received_at < :until) x")
        .params(span)
        .query(
            (row, number) ->
                new Digest.Action(
                    CUSTOMER,
                    "rejected-row",
                    row.getLong("number"),
                    Objects.requireNonNullElse(row.getString("name"), ""),
                    "a row of the request cannot be used",
                    "Fix it, as the answer to the request says, and send it again."))
        .list()
        .stream()
        .filter(action -> action.mailboxes() > 0)
        .toList();
  }

  private Digest.Ended ended(Map<String, Object> span) {
    long[] sums = new long[6];
    database
        .jdbc()
        .sql(PASSES)
        .params(span)
        .query(
            (ResultSet row) -> {
              String outcome = Objects.requireNonNullElse(row.getString("outcome"), "");
              boolean isCopied = outcome.equals("COPIED") || outcome.equals("INCOMPLETE");
              if (isCopied && row.getString("kind").equals("FIRST")) {
                sums[0] += row.getLong("mailboxes");
                sums[1] += row.getLong("messages");
                sums[2] += row.getLong("octets");
              } else if (isCopied) {
                sums[3] += row.getLong("passes");
                sums[4] += row.getLong("octets");
              } else if (!outcome.equals("CANCELLED")) {
                sums[5] += row.getLong("passes");
              }
            });
    return database
        .jdbc()
        .sql(
            "select (select count(*) from migration where finished_at >= :since and finished_at < :until)"
                + " as ended, (select count(*) from migration where closed_at >= :since"
                + " and closed_at < :until) as closed")
        .params(span)
        .query(
            (row, number) ->
                new Digest.Ended(
                    row.getLong("ended"),
                    row.getLong("closed"),
                    sums[0],
                    sums[1],
                    sums[2],
                    sums[3],
                    sums[4],
                    sums[5]))
        .single();
  }

  private List<Digest.Migration> migrations(Map<String, Object> span) {
    return database
        .jdbc()
        .sql(
            "select g.id, g.name, g.stage, g.finished_at, (select count(distinct mailbox_id)"
                + " from migration_mailbox where migration_id = g.id) as mailboxes from migration g"
                + " where g.finished_at >= :since and g.finished_at < :until order by g.finished_at desc, g.id"
                + " limit "
                + MOST)
        .params(span)
        .query(
            (row, number) ->
                new Digest.Migration(
                    row.getString("id"),
                    row.getString("name"),
                    MigrationStage.valueOf(row.getString("stage")).id(),
                    row.getLong("mailboxes"),
                    Times.present(row, "finished_at")))
        .list();
  }

  private Digest.AwaitingCutover awaitingCutover() {
    String waiting = " from migration where stage = 'WAITING_FOR_CUTOVER' and only_node is null";
    long count = database.jdbc().sql("select count(*)" + waiting).query(Long.class).single();
    return database
        .jdbc()
        .sql("select id, stage_at" + waiting + " order by stage_at, id limit 1")
        .query(
            (row, number) ->
                new Digest.AwaitingCutover(
                    count, row.getString("id"), Times.instant(row, "stage_at")))
        .optional()
        .orElse(new Digest.AwaitingCutover(0, null, null));
  }

  private List<Digest.Promise> forecasts(Map<String, Object> span) {
    return database
        .jdbc()
        .sql(FORECASTS + " order by forecast_first, id limit 1000")
        .params(span)
        .query((row, number) -> promise(row))
        .list()
        .stream()
        .sorted(Comparator.comparing(Digests::delay).reversed())
        .limit(MOST)
        .toList();
  }

  private static Digest.Promise promise(ResultSet row) throws SQLException {
    return new Digest.Promise(
        row.getString("id"),
        row.getString("name"),
        Times.present(row, "forecast_first"),
        Times.present(row, "forecast_told"),
        row.getLong("open_passes") > 0 ? null : Times.present(row, "ended_at"));
  }

  /** How much later than was told first. */
  private static Duration delay(Digest.Promise promise) {
    return Duration.between(
        promise.first(), Objects.requireNonNullElse(promise.copiedAt(), promise.last()));
  }

  private List<HostStatus> hosts() {
    return fleet.hosts().stream().filter(Digests::isSlow).limit(MOST).toList();
  }

  private static boolean isSlow(HostStatus host) {
    Integer learned = host.learned();
    return host.paused()
        || host.notBefore() != null
        || (learned != null && learned < host.configured());
  }

  private List<LostAnswer> notTold(Instant since) {
    return Stream.concat(
            Answers.lost(database, MOST).stream(), Tellings.lost(database, MOST).stream())
        .filter(lost -> !lost.since().isBefore(since))
        .sorted(Comparator.comparing(LostAnswer::since).reversed())
        .limit(MOST)
        .toList();
  }
}
