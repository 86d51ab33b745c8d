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
import java.util.stream.Stream;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.MigrationStage;
import org.mailcaravan.model.status.Digest;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.model.status.LostAnswer;

/**
 * What happened in some hours, and who must act. It takes as many statements for any number of
 * mailboxes. Thread-safe.
 */
public final class Digests {
  private static final int MOST_ACTIONS = 50;
  private static final int MOST = 20;

  private static final String PASSES =
      "select kind, outcome, count(distinct mailbox_id) as mailboxes, count(*) as passes,"
          + " sum(messages_done) as messages, sum(bytes_done) as octets from pass"
          + " where state = 'ENDED' and ended_at >= :since and ended_at < :until"
          + " group by kind, outcome";

  /** Of a migration g: what a digest lists and counts. */
  private static final String OVER =
      "(g.finished_at >= :since and g.finished_at < :until or g.stage = 'CLOSED' and g.only_node is null"
          + " and g.stage_at >= :since and g.stage_at < :until)";

  private static final String FIRST_OF =
      "from pass p where p.migration_id = g.id and p.kind = 'FIRST' and ";

  private static final String FORECASTS =
      "select * from (select g.id, g.name, g.forecast_first, g.forecast_told, (select max(p.ended_at) "
          + FIRST_OF
          + "p.state = 'ENDED') as ended_at, (select count(*) "
          + FIRST_OF
          + "p.state <> 'ENDED') as open_passes from migration g where g.forecast_first is not null"
          + " and g.stage <> 'CANCELLED' and (g.closed_at is null or g.closed_at >= :since)) f"
          // What a person has closed, or a password was wrong for, was not copied by any time.
          + " where (open_passes = 0 and ended_at >= :since and ended_at < :until and not exists (select 1"
          + " from migration_mailbox v join mailbox m on m.id = v.mailbox_id where v.migration_id = f.id"
          + " and not m.copied_before and m.state <> 'CANCELLED'))"
          + " or (open_passes > 0 and forecast_told > forecast_first)";

  /** Those of which DNS can tell; the others wait for a person. */
  private static final String AWAITING_CUTOVER =
      "select g.id, g.stage_at, count(*) over () as migrations from migration g"
          + " where g.stage = 'WAITING_FOR_CUTOVER' and g.only_node is null and exists (select 1"
          + " from migration_mailbox v join mailbox m on m.id = v.mailbox_id where v.migration_id = g.id"
          + " and m.mail_domain is not null and m.cutover_at is null and m.state <> 'CANCELLED')"
          + " order by g.stage_at, g.id limit 1";

  private final Database database;
  private final FleetView fleet;
  private final DigestCauses causes;
  private final DigestWaits waits;
  private final boolean watched;

  /**
   * @param watched whether it is known which MX hosts are ours, so that somebody looks at the DNS
   * @param createsMailboxes whether an HTTP API of ours creates missing mailboxes
   */
  public Digests(Database database, boolean watched, boolean createsMailboxes) {
    MailboxMaker maker = new MailboxMaker(createsMailboxes);
    this.database = database;
    this.watched = watched;
    causes = new DigestCauses(database, maker);
    waits = new DigestWaits(database, watched, maker);
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

  private List<Digest.Action> actions(Map<String, Object> span) {
    List<Digest.Action> actions = new ArrayList<>(causes.actions(span, MOST_ACTIONS));
    actions.addAll(waits.actions(MOST_ACTIONS));
    actions.sort(Comparator.comparing(Digest.Action::mailboxes).reversed());
    return actions.subList(0, Math.min(MOST_ACTIONS, actions.size()));
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
            "select count(*) as ended, coalesce(sum(case when g.stage = 'CLOSED' then 1 else 0 end), 0)"
                + " as closed from migration g where "
                + OVER)
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
            "select g.id, g.name, g.stage, case when g.finished_at >= :since and g.finished_at < :until"
                + " then g.finished_at else g.stage_at end as over_at, (select count(distinct mailbox_id)"
                + " from migration_mailbox where migration_id = g.id) as mailboxes from migration g"
                + " where "
                + OVER
                + " order by over_at desc, g.id limit "
                + MOST)
        .params(span)
        .query(
            (row, number) ->
                new Digest.Migration(
                    row.getString("id"),
                    row.getString("name"),
                    MigrationStage.valueOf(row.getString("stage")).id(),
                    row.getLong("mailboxes"),
                    Times.present(row, "over_at")))
        .list();
  }

  private Digest.AwaitingCutover awaitingCutover() {
    Digest.AwaitingCutover nobody = new Digest.AwaitingCutover(0, null, null);
    return watched
        ? database
            .jdbc()
            .sql(AWAITING_CUTOVER)
            .query(
                (row, number) ->
                    new Digest.AwaitingCutover(
                        row.getLong("migrations"),
                        row.getString("id"),
                        Times.instant(row, "stage_at")))
            .optional()
            .orElse(nobody)
        : nobody;
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
            Answers.lost(database, MOST).stream(), TellingFailures.lost(database, MOST).stream())
        .filter(lost -> !lost.since().isBefore(since))
        .sorted(Comparator.comparing(LostAnswer::since).reversed())
        .limit(MOST)
        .toList();
  }
}
