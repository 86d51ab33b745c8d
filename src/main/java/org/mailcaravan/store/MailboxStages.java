package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MailboxStage;
import org.mailcaravan.model.MailboxStage.FirstPass;
import org.mailcaravan.model.MailboxStage.Standing;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.WaitsFor;

/**
 * How many mailboxes of migrations are in each stage: one statement, however many there are.
 * Thread-safe.
 */
final class MailboxStages {
  /**
   * Of a mailbox m and a migration v: an open pass that counts as the first one. Of a mailbox of
   * which nothing was copied yet that is any pass, on whose behalf ever it runs; later it is the
   * one that a request has asked for.
   */
  private static final String FIRST =
      "(not m.copied_before or (f.migration_id = v.migration_id and (f.kind = 'FIRST' or not exists"
          + " (select 1 from pass e where e.mailbox_id = m.id and e.migration_id = v.migration_id"
          + " and e.state = 'ENDED'))))";

  private static final String OPEN =
      "(select max(f.id) from pass f where f.mailbox_id = m.id and f.state = '%s' and "
          + FIRST
          + ")";

  /** A later migration has its passes where it names the same mailbox. */
  private static final String ENDED =
      "exists (select 1 from pass s where s.mailbox_id = m.id and s.migration_id >= v.migration_id"
          + " and s.state = 'ENDED' and s.outcome in (%s))";

  /**
   * A request that names a copied mailbox anew may have brought nothing, as with its password; and
   * then nothing has come until a pass since then ends well, whichever are tried each night.
   */
  private static final String BROUGHT_NOTHING =
      "m.copied_before and m.state in ('BLOCKED', 'FAULT', 'QUEUED', 'COPYING') and "
          + ENDED.formatted("'BLOCKED', 'FAULT'")
          + " and not "
          + ENDED.formatted("'COPIED', 'INCOMPLETE'");

  /**
   * Final passes after those of the list that may all bring mail; then something sends it to the
   * old server for good, such as a forwarding.
   */
  private static final int MOST_LATE = 4;

  /** It is only asked how the last pass ended where the list is through. */
  private static final String STUCK =
      "case when "
          + LaterPasses.WITHOUT_PASSWORD
          + " then true when m.final_passes < :finals or m.quiet_passes > 0 then false when m.final_passes >= :finals + "
          + MOST_LATE
          + " then true else exists"
          + " (select 1 from pass l where l.id = "
          + MailboxView.ENDED_PASS
          + " and l.outcome <> 'COPIED') end";

  /** The columns of a mailbox m and a migration v; see {@link #standing}. */
  private static final String COLUMNS =
      "m.state, case when p.id is null then null when p.state = 'RUNNING' then 'RUNNING' else "
          + Waits.CODE
          + " end as first_pass, p.started_at is not null as begun, "
          + "m.copied_before as copied, "
          + BROUGHT_NOTHING
          + " as nothing, m.cutover_at is not null as cut_over,"
          + " m.cutover_at is not null and m.quiet_passes >= :quiet as quiet, "
          + STUCK
          + " as stuck";

  private static final String COUNT =
      "select c.migration_id, c.state, c.first_pass, c.begun, c.copied, c.nothing, c.cut_over, c.quiet,"
          + " c.stuck, count(*) as mailboxes from (select v.migration_id, "
          + COLUMNS
          + " from (select distinct migration_id, mailbox_id from migration_mailbox"
          + " where migration_id in (:ids)) v join mailbox m on m.id = v.mailbox_id"
          + " left join pass p on p.id = coalesce("
          + OPEN.formatted("RUNNING")
          + ", "
          + OPEN.formatted("WAITING")
          + ")"
          + Waits.JOINS
          + ") c group by c.migration_id, c.state, c.first_pass, c.begun, c.copied, c.nothing, c.cut_over,"
          + " c.quiet, c.stuck";

  private final Database database;
  private final int quietPasses;
  private final int finalPasses;

  /**
   * @param quietPasses how many final passes in a row bring nothing until a mailbox is quiet
   * @param finalPasses how many final passes have their times after the cutover
   */
  MailboxStages(Database database, int quietPasses, int finalPasses) {
    this.database = database;
    this.quietPasses = quietPasses;
    this.finalPasses = finalPasses;
  }

  /**
   * By the ids of migrations that are neither closed nor cancelled.
   *
   * @param migrations at most 1000
   */
  Map<String, Map<MailboxStage, Long>> of(Collection<String> migrations) {
    Map<String, Map<MailboxStage, Long>> counts = new HashMap<>();
    database
        .jdbc()
        .sql(COUNT)
        .param("ids", migrations)
        .param("quiet", quietPasses)
        .param("finals", finalPasses)
        .query(
            (ResultSet row) -> {
              counts
                  .computeIfAbsent(
                      row.getString("migration_id"), id -> new EnumMap<>(MailboxStage.class))
                  .merge(MailboxStage.of(standing(row)), row.getLong("mailboxes"), Long::sum);
            });
    return counts;
  }

  private static Standing standing(ResultSet row) throws SQLException {
    boolean nothing = row.getBoolean("nothing");
    return new Standing(
        nothing ? MailboxState.BLOCKED : MailboxState.valueOf(row.getString("state")),
        firstPass(row.getString("first_pass"), row.getBoolean("begun")),
        row.getBoolean("copied") && !nothing,
        row.getBoolean("cut_over"),
        row.getBoolean("quiet"),
        row.getBoolean("stuck"));
  }

  private static @Nullable FirstPass firstPass(@Nullable String stored, boolean begun) {
    return stored == null
        ? null
        : new FirstPass(stored.equals("RUNNING") ? null : WaitsFor.valueOf(stored), begun);
  }
}
