package org.mailcaravan.store;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Event;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.Parts;

/**
 * Since when the mail of mailboxes comes to us. Each method is a part of its caller's transaction.
 * Thread-safe.
 */
final class Cutovers {
  /** Who has seen a cutover that no person has told. */
  static final String DNS = "dns";

  /** How long resolvers may keep old records of which nothing is known. */
  private static final Duration UNKNOWN_TTL = Duration.ofDays(1);

  private static final String FORGOTTEN =
      "cutover_at = null, cutover_by = null, old_until = null, final_passes = 0, quiet_passes = 0,"
          + " final_due_at = null";

  /** Of a mailbox m: a migration names it that is open. */
  private static final String WANTED =
      "exists (select 1 from migration_mailbox n join migration g on g.id = n.migration_id"
          + " where n.mailbox_id = m.id and "
          + LaterPasses.OPEN
          + ")";

  private final Database database;
  private final Events events;
  private final FinalPasses plan;

  Cutovers(Database database, Events events, FinalPasses plan) {
    this.database = database;
    this.events = events;
    this.plan = plan;
  }

  /** Which mailboxes m are meant by an id. */
  enum Of {
    DOMAIN("m.mail_domain = :id"),
    MIGRATION("m.id in (select mailbox_id from migration_mailbox where migration_id = :id)"),
    MAILBOX("m.id = :id");

    private final String condition;

    Of(String condition) {
      this.condition = condition;
    }
  }

  /**
   * All mail of some mailboxes comes to us from now on. Those of which that is known stay as they
   * are, and so do those that no open migration names.
   *
   * @param by who knows it
   * @param oldUntil until when a resolver may have the old MX records; null when nobody knows
   * @param reason as its migrations are told
   * @return how many mailboxes have changed
   */
  int seen(Of which, String id, String by, @Nullable Instant oldUntil, String reason) {
    if (by.equals(DNS)) {
      takeOver(which, id);
      if (oldUntil != null) {
        waitLonger(which, id, oldUntil);
      }
    }
    List<String> ids = locked(which, id, "m.cutover_at is null and m.state <> 'CANCELLED'");
    if (ids.isEmpty()) {
      return 0;
    }
    Instant now = now();
    Instant until = oldUntil == null ? now.plus(UNKNOWN_TTL) : oldUntil;
    TreeSet<String> migrations = new TreeSet<>();
    for (List<String> some : Parts.of(ids, LaterPasses.ROWS_AT_ONCE)) {
      database
          .jdbc()
          .sql(
              "update mailbox set cutover_at = :now, cutover_by = :by, old_until = :until,"
                  + " final_passes = 0, quiet_passes = 0, final_due_at = :due where id in (:ids)")
          .param("now", now.atOffset(ZoneOffset.UTC))
          .param("by", by)
          .param("until", until.atOffset(ZoneOffset.UTC))
          .param("due", plan.first(now, until).atOffset(ZoneOffset.UTC))
          .param("ids", some)
          .update();
      // A pass that runs has begun before it, and is none.
      change(some, "CATCH_UP", "FINAL");
      migrations.addAll(migrations(some));
    }
    tell(migrations, by, "CUTOVER", reason);
    return ids.size();
  }

  /** What a person has said is seen now, so that a lapse will be, too. */
  private void takeOver(Of which, String id) {
    int unused =
        database
            .jdbc()
            .sql(
                "update mailbox m set cutover_by = '"
                    + DNS
                    + "' where "
                    + which.condition
                    + " and m.cutover_at is not null and m.cutover_by <> '"
                    + DNS
                    + "'")
            .param("id", id)
            .update();
  }

  /**
   * A server was out of step after the cutover: resolvers may have the old records once more, and
   * the last final pass that counts begins when they have not. Times are stored less exactly.
   */
  private void waitLonger(Of which, String id, Instant oldUntil) {
    int unused =
        database
            .jdbc()
            .sql(
                "update mailbox m set old_until = :until, quiet_passes = least(m.quiet_passes, :quiet),"
                    + " final_due_at = coalesce(m.final_due_at, :until) where "
                    + which.condition
                    + " and m.cutover_by = '"
                    + DNS
                    + "' and m.old_until < :stored and "
                    + WANTED)
            .param("until", oldUntil.atOffset(ZoneOffset.UTC))
            .param("stored", oldUntil.minusSeconds(1).atOffset(ZoneOffset.UTC))
            .param("quiet", plan.quiet() - 1)
            .param("id", id)
            .update();
  }

  /**
   * The mail of a domain does not come to us any more. Its mailboxes wait for their cutover again,
   * except where a person has said that it has come and no look has shown it since.
   */
  void lapsed(String domain, String reason) {
    List<String> ids = locked(Of.DOMAIN, domain, "m.cutover_at is not null");
    TreeSet<String> migrations = new TreeSet<>();
    for (List<String> some : Parts.of(ids, LaterPasses.ROWS_AT_ONCE)) {
      migrations.addAll(migrations(some));
      List<String> back =
          database
              .jdbc()
              .sql("select id from mailbox where id in (:ids) and cutover_by = :dns")
              .param("ids", some)
              .param("dns", DNS)
              .query(String.class)
              .list();
      if (!back.isEmpty()) {
        database
            .jdbc()
            .sql("update mailbox set " + FORGOTTEN + " where id in (:ids)")
            .param("ids", back)
            .update();
        change(back, "FINAL", "CATCH_UP");
      }
    }
    tell(migrations, DNS, "LAPSED", reason);
  }

  /**
   * A request names mailboxes again. Those that no open migration names begin a new life. Where one
   * does, their mail still comes to us; those that were quiet have their final passes anew. The row
   * that names them is not there yet.
   */
  static void beginAnew(Database database, List<String> mailboxIds) {
    if (!mailboxIds.isEmpty()) {
      database
          .jdbc()
          .sql(
              "update mailbox m set "
                  + FORGOTTEN
                  + " where m.id in (:ids) and m.cutover_at is not null and not "
                  + WANTED)
          .param("ids", mailboxIds)
          .update();
      database
          .jdbc()
          .sql(
              "update mailbox set final_passes = 0, quiet_passes = 0, final_due_at = current_timestamp"
                  + " where id in (:ids) and cutover_at is not null and final_due_at is null")
          .param("ids", mailboxIds)
          .update();
    }
  }

  /** The ids of the mailboxes that an open migration names, locked. */
  private List<String> locked(Of which, String id, String condition) {
    return database
        .jdbc()
        .sql(
            "select m.id from mailbox m where "
                + which.condition
                + " and "
                + condition
                + " and "
                + WANTED
                + " order by m.id for update")
        .param("id", id)
        .query(String.class)
        .list();
  }

  /** Whether any mailbox is meant. */
  boolean isKnown(Of which, String id) {
    return !database
        .jdbc()
        .sql("select m.id from mailbox m where " + which.condition + " limit 1")
        .param("id", id)
        .query(String.class)
        .list()
        .isEmpty();
  }

  /** How many mailboxes of open migrations have had their cutover. */
  long count(Of which, String id) {
    return database
        .jdbc()
        .sql(
            "select count(*) from mailbox m where "
                + which.condition
                + " and m.cutover_at is not null and "
                + WANTED)
        .param("id", id)
        .query(Long.class)
        .single();
  }

  private void change(List<String> mailboxIds, String kind, String to) {
    database
        .jdbc()
        .sql(
            "update pass set kind = :to where mailbox_id in (:ids) and state = 'WAITING' and kind = :kind")
        .param("to", to)
        .param("ids", mailboxIds)
        .param("kind", kind)
        .update();
  }

  private List<String> migrations(List<String> mailboxIds) {
    return database
        .jdbc()
        .sql(
            "select distinct g.id from migration_mailbox n join migration g on g.id = n.migration_id"
                + " where n.mailbox_id in (:ids) and "
                + LaterPasses.OPEN)
        .param("ids", mailboxIds)
        .query(String.class)
        .list();
  }

  private void tell(Set<String> migrations, String by, String state, String reason) {
    events.addAll(
        migrations.stream()
            .map(id -> new Event("migration", by, id, null, null, null, state, reason))
            .toList());
  }

  private Instant now() {
    return database
        .jdbc()
        .sql("select current_timestamp as now_at")
        .query((row, number) -> Times.present(row, "now_at"))
        .single();
  }
}
