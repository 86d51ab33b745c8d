package org.mailcaravan.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.SideCheck;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.PessimisticLockingFailureException;

/**
 * The preflights: each mailbox that a request names is looked at before its pass begins, which
 * waits for that, but not for ever. A node takes one for the time of a lease, which is not renewed:
 * after a kill another one takes it. A mailbox is looked at once at a time, and not while a pass of
 * it runs. Rows are locked in the order pass, migration, preflight, host, event. All times are of
 * the database's clock. Thread-safe.
 */
public final class PreflightRows {
  /** At one source server, so that the passes there and the limits of others keep their room. */
  private static final int MOST_AT_HOST = 2;

  private static final String REFUSED =
      "the old provider refused the login when both sides were looked at; it is tried once more then";

  private static final int HOSTS_AT_ONCE = 100;
  private static final String MINE = " where id = ? and fence = ? and state = 'RUNNING'";

  /** Of a preflight f: nobody does it, or whoever did is gone. */
  private static final String LET_GO =
      "f.state in ('WAITING', 'RUNNING')"
          + " and (f.state = 'WAITING' or f.lease_until < current_timestamp)";

  /** Of a preflight f: it may be done now, and none of the same mailbox is under way. */
  private static final String FREE =
      LET_GO
          + " and f.due_at <= current_timestamp and not exists (select 1 from preflight o"
          + " where o.mailbox_id = f.mailbox_id and o.id <> f.id and o.state = 'RUNNING'"
          + " and o.lease_until > current_timestamp)";

  /** Of the pass p of a preflight f: it waits for it. */
  private static final String WAITS =
      "p.mailbox_id = f.mailbox_id and p.migration_id = f.migration_id"
          + " and p.state = 'WAITING' and p.waits_for = 'PREFLIGHT'";

  /** Of a preflight f: its pass waits for it. */
  static final String WANTED = "exists (select 1 from pass p where " + WAITS + ")";

  /** Of a preflight f: nobody waits for it, and nobody does it. */
  private static final String STALE = LET_GO + " and not " + WANTED;

  /** In place of the id of a preflight. */
  private static final long ANY_STALE = -1;

  /**
   * The first one of each host that one may ask: of the migration that has the fewest under way
   * there, or whose last one ended longest ago, so that a small request need not wait for a large
   * one; and {@link #ANY_STALE}; node.
   */
  private static final String FIRST =
      "(select t.id from (select c.id, row_number() over (partition by c.host"
          + " order by c.running, c.last_end nulls first, c.id) as place from (select g.id, g.host,"
          + " (select count(*) from preflight r where r.host = g.host and r.state = 'RUNNING'"
          + " and r.migration_id = g.migration_id) as running,"
          + " (select max(e.ended_at) from preflight e where e.migration_id = g.migration_id"
          + " and e.state = 'ENDED' and e.host = g.host) as last_end"
          + " from (select f.host, f.migration_id, min(f.id) as id from preflight f where "
          + FREE
          + " and not exists (select 1 from host h where h.name = f.host"
          + " and (h.paused or h.not_before > current_timestamp))"
          + " and not exists (select 1 from mailbox x where x.id = f.mailbox_id"
          + " and (x.paused or x.node <> ?))"
          + " and not exists (select 1 from migration m where m.id = f.migration_id and m.paused)"
          + " group by f.host, f.migration_id) g) c) t where t.place = 1 order by t.id limit "
          + HOSTS_AT_ONCE
          + ") union all select "
          + ANY_STALE
          + " where exists (select 1 from preflight f where "
          + STALE
          + ")";

  private final Database database;
  private final String node;
  private final Hosts hosts;
  private final Events events;
  private final Duration lease;
  private final Duration longestWait;
  private final boolean createsMailboxes;
  private final CustomerSteps steps;

  /**
   * @param lease how long a preflight may take; then another node may take it
   * @param longestWait how long a pass waits for its preflight
   * @param createsMailboxes whether a missing mailbox is created by itself
   */
  public PreflightRows(
      Database database,
      String node,
      Hosts hosts,
      Events events,
      Duration lease,
      Duration longestWait,
      boolean createsMailboxes) {
    this.database = database;
    this.node = node;
    this.hosts = hosts;
    this.events = events;
    this.lease = lease;
    this.longestWait = longestWait;
    this.createsMailboxes = createsMailboxes;
    this.steps = new CustomerSteps(database, events);
  }

  /**
   * A preflight that this node does now.
   *
   * @param attempts this one included
   */
  public record Taken(long id, long fence, int attempts, Mailbox mailbox) {}

  private record Row(long id, long fence, int attempts, String host) {}

  /**
   * Has the passes of a migration wait until their mailboxes were looked at, but for those that run
   * already. Within the transaction that opens it; a few statements, however many rows.
   */
  void open(String migrationId) {
    List<String> others =
        database
            .jdbc()
            .sql(
                "select distinct migration_id from preflight where state = 'WAITING' and mailbox_id in"
                    + " (select mailbox_id from migration_mailbox where migration_id = ?)"
                    + " order by migration_id")
            .param(migrationId)
            .query(String.class)
            .list();
    database
        .jdbc()
        .sql(
            "update preflight set state = 'SKIPPED', ended_at = current_timestamp"
                + " where state = 'WAITING' and mailbox_id in"
                + " (select mailbox_id from migration_mailbox where migration_id = ?)")
        .param(migrationId)
        .update();
    database
        .jdbc()
        .sql(
            "insert into preflight (migration_id, mailbox_id, state, due_at, until_at, host,"
                + " created_at) select p.migration_id, p.mailbox_id, 'WAITING', current_timestamp,"
                + " current_timestamp + "
                + Seconds.SQL
                + ", p.host, current_timestamp from pass p where p.migration_id = ?"
                + " and p.state = 'WAITING' and p.waits_for in ('TURN', 'START') and not exists"
                + " (select 1 from pass r where r.mailbox_id = p.mailbox_id and r.state = 'RUNNING')"
                + " order by p.id")
        .params(Seconds.of(longestWait), migrationId)
        .update();
    database
        .jdbc()
        .sql(
            "update pass set waits_for = 'PREFLIGHT', due_at = greatest(current_timestamp + "
                + Seconds.SQL
                + ", coalesce(not_before, current_timestamp)) where migration_id = ?"
                + " and state = 'WAITING' and waits_for in ('TURN', 'START') and exists"
                + " (select 1 from preflight f where f.migration_id = pass.migration_id"
                + " and f.mailbox_id = pass.mailbox_id)")
        .params(Seconds.of(longestWait), migrationId)
        .update();
    steps.askedAgain(migrationId);
    others.forEach(this::answerIfLast);
  }

  /** Lets go of what a program of the same name had when it ended. To be called at the start. */
  public void recover() {
    database
        .jdbc()
        .sql(
            "update preflight set lease_until = current_timestamp - interval '1' second"
                + " where state = 'RUNNING' and owner = ?")
        .param(node)
        .update();
  }

  /**
   * Takes the one that is due longest, of those whose host has room. One statement when none is
   * due.
   */
  public Optional<Taken> next() {
    List<Long> ids = first();
    if (ids.contains(ANY_STALE)) {
      skipStale();
      ids = first();
    }
    for (long id : ids) {
      Optional<Taken> taken = trying(id);
      if (taken.isPresent()) {
        return taken;
      }
    }
    return Optional.empty();
  }

  private List<Long> first() {
    return database.jdbc().sql(FIRST).param(node).query(Long.class).list();
  }

  private Optional<Taken> trying(long id) {
    try {
      return database.inTransaction(() -> take(id));
    } catch (DuplicateKeyException | PessimisticLockingFailureException e) {
      // Another node was quicker, or a row could not be had in time.
      return Optional.empty();
    }
  }

  private Optional<Taken> take(long id) {
    Row row =
        database
            .jdbc()
            .sql("select f.* from preflight f where f.id = ? and " + FREE + " for update")
            .param(id)
            .query(
                (found, number) ->
                    new Row(
                        found.getLong("id"),
                        found.getLong("fence"),
                        found.getInt("attempts"),
                        found.getString("host")))
            .optional()
            .orElse(null);
    if (row == null) {
      return Optional.empty();
    }
    if (!lockIfWanted(id)) {
      return Optional.empty();
    }
    // A statement sees what was committed before it: another of the mailbox may have been taken, or
    // the pass, whose claim locks the host, too.
    if (!hosts.lockIfFreeForPreflight(row.host, MOST_AT_HOST) || !isFree(id)) {
      return Optional.empty();
    }
    database
        .jdbc()
        .sql(
            "update preflight set state = 'RUNNING', owner = ?, lease_until = current_timestamp + "
                + Seconds.SQL
                + ", fence = fence + 1, attempts = attempts + 1 where id = ?")
        .params(node, Seconds.of(lease), id)
        .update();
    return Optional.of(new Taken(id, row.fence + 1, row.attempts + 1, mailbox(id)));
  }

  /** On PostgreSQL a pass that is just being claimed counts as one that does not wait any more. */
  private boolean lockIfWanted(long id) {
    return !database
        .jdbc()
        .sql(
            "select p.id from pass p join preflight f on "
                + WAITS
                + " where f.id = ?"
                + (database.isPostgres() ? " for update of p skip locked" : ""))
        .param(id)
        .query(Long.class)
        .list()
        .isEmpty();
  }

  private boolean isFree(long id) {
    return !database
        .jdbc()
        .sql("select 1 from preflight f where f.id = ? and " + FREE + " and " + WANTED)
        .param(id)
        .query(Integer.class)
        .list()
        .isEmpty();
  }

  /** Skips all that nobody waits for any more, such as after a retry of a large migration. */
  private void skipStale() {
    List<String> migrations =
        database
            .jdbc()
            .sql(
                "select distinct f.migration_id from preflight f where "
                    + STALE
                    + " order by f.migration_id")
            .query(String.class)
            .list();
    for (String migration : migrations) {
      database.tryingAgain(
          () -> {
            lock(migration);
            database
                .jdbc()
                .sql(
                    "update preflight f set state = 'SKIPPED', ended_at = current_timestamp,"
                        + " owner = null, lease_until = null where f.migration_id = ? and "
                        + STALE)
                .param(migration)
                .update();
            answerIfLast(migration);
            return migration;
          });
    }
  }

  /**
   * Those that this node does and should end: of a mailbox that is paused, itself or by its
   * migration or server, or whose pass waits for it no more, such as one that was cancelled.
   */
  public Set<Long> unwanted() {
    return Set.copyOf(
        database
            .jdbc()
            .sql(
                "select f.id from preflight f where f.state = 'RUNNING' and f.owner = ? and (not "
                    + WANTED
                    + " or exists (select 1 from mailbox x where x.id = f.mailbox_id and x.paused)"
                    + " or exists (select 1 from migration m where m.id = f.migration_id and m.paused)"
                    + " or exists (select 1 from host h where h.name = f.host and h.paused))")
            .param(node)
            .query(Long.class)
            .list());
  }

  private Mailbox mailbox(long id) {
    return database
        .jdbc()
        .sql(
            "select b.*, f.migration_id, (select min(n.row_number) from migration_mailbox n"
                + " where n.migration_id = f.migration_id and n.mailbox_id = f.mailbox_id) as row_number"
                + " from preflight f join mailbox b on b.id = f.mailbox_id where f.id = ?")
        .param(id)
        .query((row, number) -> StoredMailbox.of(row, Pass.FIRST))
        .single();
  }

  /**
   * Gives one back, to be done again.
   *
   * @param after how long it waits at least
   * @param failed whether it counts as an attempt
   */
  public void again(Taken taken, Duration after, boolean failed) {
    database
        .jdbc()
        .sql(
            "update preflight set state = 'WAITING', owner = null, lease_until = null,"
                + " attempts = attempts - ?, due_at = current_timestamp + "
                + Seconds.SQL
                + MINE)
        .params(failed ? 0 : 1, Seconds.of(after), taken.id, taken.fence)
        .update();
  }

  /**
   * Ends one.
   *
   * @param begin whether the pass of the mailbox is due now; else it waits as long as if there had
   *     been no preflight
   * @param words what was found, in a sentence
   * @return whether it was still this node's; if not, nothing of it was changed
   */
  public boolean end(Taken taken, Preflight found, boolean begin, String words) {
    return database.tryingAgain(
        () -> {
          Mailbox mailbox = taken.mailbox;
          if (begin) {
            makeDue(taken);
          }
          // A password that has come meanwhile is not the one that was refused.
          boolean counts = begin || keepsWaiting(taken);
          // Whoever ends the last one of a migration sees that.
          lock(mailbox.migrationId());
          int ended =
              database
                  .jdbc()
                  .sql(
                      "update preflight set state = ?, ended_at = current_timestamp,"
                          + " owner = null, lease_until = null, findings = ?, bytes = ?"
                          + MINE)
                  .param(counts ? "ENDED" : "SKIPPED")
                  .param(counts ? StoredJson.write(found) : null)
                  .param(counted(found.source()))
                  .param(taken.id)
                  .param(taken.fence)
                  .update();
          if (ended == 0) {
            return false;
          }
          if (counts) {
            steps.foundByLook(mailbox, found.ofCustomer(createsMailboxes));
            events.add(
                "preflight",
                "routes",
                mailbox.migrationId(),
                mailbox.id(),
                null,
                null,
                found.allGood() ? "GOOD" : "FOUND",
                words);
          }
          answerIfLast(mailbox.migrationId());
          return true;
        });
  }

  private static @Nullable Long counted(SideCheck source) {
    return source.ok() && source.bytes() >= 0 ? source.bytes() : null;
  }

  /** Who sent the request waits for what was found. */
  private void answerIfLast(String migrationId) {
    database
        .jdbc()
        .sql(
            "update answer set due_at = current_timestamp where request_id ="
                + " (select request_id from migration where id = ?) and attempts = 0 and sent_at is null"
                + " and not given_up and due_at > current_timestamp and not exists (select 1 from preflight"
                + " where migration_id = ? and state in ('WAITING', 'RUNNING'))")
        .params(migrationId, migrationId)
        .update();
  }

  private void lock(String migrationId) {
    List<String> unused =
        database
            .jdbc()
            .sql("select id from migration where id = ? for update")
            .param(migrationId)
            .query(String.class)
            .list();
  }

  private void makeDue(Taken taken) {
    database
        .jdbc()
        .sql(
            "update pass set due_at = "
                + Retries.SOONEST
                + ", waits_for = "
                + Retries.WHAT_FOR
                + " where mailbox_id = ?"
                + " and migration_id = ? and state = 'WAITING' and waits_for = 'PREFLIGHT'"
                + " and exists (select 1 from preflight f where f.id = ? and f.fence = ?"
                + " and f.state = 'RUNNING')")
        .params(taken.mailbox.id(), taken.mailbox.migrationId(), taken.id, taken.fence)
        .update();
  }

  /** Says why a pass waits on whose mailbox was looked at; false where it waits no more. */
  private boolean keepsWaiting(Taken taken) {
    int waiting =
        database
            .jdbc()
            .sql(
                "update pass set reason = ? where mailbox_id = ? and migration_id = ?"
                    + " and state = 'WAITING' and waits_for = 'PREFLIGHT'")
            .params(REFUSED, taken.mailbox.id(), taken.mailbox.migrationId())
            .update();
    return waiting > 0;
  }
}
