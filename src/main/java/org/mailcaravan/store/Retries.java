package org.mailcaravan.store;

/** What makes a pass due at once, because a person wants it. Thread-safe. */
final class Retries {
  /** Whether the passwords of a mailbox are stored, and the command that had others has ended. */
  private static final String HELD =
      "exists (select 1 from credential c where c.mailbox_id = %s) and %s not in "
          + InterruptedPasses.LIVING;

  /** A pass that need not wait for a start any more. */
  static final String NO_START = "not_before = null, wanted_start = null, start_asked = false";

  /** When a pass that waits for nothing else may begin. */
  static final String SOONEST =
      "greatest(current_timestamp, coalesce(not_before, current_timestamp))";

  /** What such a pass waits for. */
  static final String WHAT_FOR =
      "case when not_before > current_timestamp then 'START' else 'TURN' end";

  private static final String NEW_PASS =
      "insert into pass (mailbox_id, migration_id, kind, state, due_at, priority, waits_for, reason,"
          + " host, destination, only_node, created_at)"
          + " select m.id, g.id, case when not m.copied_before then 'FIRST' when m.cutover_at is not null"
          + " then 'FINAL' when exists (select 1 from pass s where s.mailbox_id = m.id and s.migration_id = g.id"
          + " and s.outcome in ('COPIED', 'INCOMPLETE')) then 'CATCH_UP' else 'FIRST' end,"
          + " 'WAITING', current_timestamp, m.priority, 'TURN', :why,"
          + " lower(m.source_host) || ':' || m.source_port, m.destination_account,"
          + " case when "
          + HELD.formatted("m.id", "g.only_node")
          + " then null else g.only_node end, current_timestamp from mailbox m join migration g on g.id = :migration"
          + " where %s and not exists"
          + " (select 1 from pass p where p.mailbox_id = m.id and p.state <> 'ENDED') order by m.id";

  private static final String DUE =
      "update pass set due_at = "
          + SOONEST
          + ", waits_for = "
          + WHAT_FOR
          + ", reason = ?, attempts = 0, takeovers = 0,"
          + " only_node = case when "
          + HELD.formatted("pass.mailbox_id", "only_node")
          + " then null else only_node end where %s = ? and state = 'WAITING'";

  /** Of a mailbox m: it ended, and not all of it arrived. */
  static final String NEEDED =
      "m.id in (select mailbox_id from migration_mailbox where migration_id = :migration)"
          + " and m.state in ('INCOMPLETE', 'BLOCKED', 'FAULT', 'CANCELLED')";

  /** As {@code Logins} names accounts: login, host and port, in lower case. */
  private static final String FORGET =
      "delete from %s where account in (select m.source_account || ':' || m.source_port"
          + " from mailbox m where %s) or substring(account, 1,"
          + " greatest(position(' at ' in account) - 1, 0)) in"
          + " (select lower(m.destination_address) from mailbox m where %2$s)";

  private static final String ONE = "m.id = :id";
  private static final String ALL =
      "m.id in (select mailbox_id from migration_mailbox where migration_id = :id)";

  /** A migration g of a command that has ended, and with it the passwords of a mailbox. */
  private static final String LOST =
      "select count(*) from migration g where g.id = ? and g.only_node is not null and g.only_node not in "
          + InterruptedPasses.LIVING
          + " and not exists (select 1 from credential c where c.mailbox_id = ?)";

  private final Database database;

  Retries(Database database) {
    this.database = database;
  }

  /** Whether a new pass of a mailbox on behalf of a migration could not log in any more. */
  boolean isWithoutPasswords(String mailbox, String migration) {
    return database.jdbc().sql(LOST).params(migration, mailbox).query(Integer.class).single() > 0;
  }

  /**
   * Whether nothing is done for a migration any more: it is closed, or its passwords are purged.
   * Not for that of a command, whose passwords are not stored.
   */
  boolean isOver(String migration) {
    return !database
        .jdbc()
        .sql(
            "select 1 from migration where id = ? and only_node is null"
                + " and (stage = 'CLOSED' or closed_at is not null)")
        .param(migration)
        .query(Integer.class)
        .list()
        .isEmpty();
  }

  /** Whether a person has cancelled a migration. */
  boolean isCancelled(String migration) {
    return database
        .jdbc()
        .sql("select cancelled from migration where id = ?")
        .param(migration)
        .query(Boolean.class)
        .single();
  }

  /** Makes a new pass of a mailbox that has none which waits or runs, and queues the mailbox. */
  void open(String mailbox, String migration, String why) {
    database
        .jdbc()
        .sql(NEW_PASS.formatted("m.id = :mailbox"))
        .param("mailbox", mailbox)
        .param("migration", migration)
        .param("why", why)
        .update();
    database.jdbc().sql("update mailbox set state = 'QUEUED' where id = ?").param(mailbox).update();
  }

  /** The same for all mailboxes of a migration that need one. */
  int openAll(String migration, String why) {
    int opened =
        database
            .jdbc()
            .sql(NEW_PASS.formatted(NEEDED))
            .param("migration", migration)
            .param("why", why)
            .update();
    database
        .jdbc()
        .sql(
            "update mailbox m set state = 'QUEUED' where "
                + NEEDED
                + " and exists (select 1 from pass p where p.mailbox_id = m.id"
                + " and p.state = 'WAITING')")
        .param("migration", migration)
        .update();
    return opened;
  }

  /** Forgets the start that a request asked for, of passes that wait: a person wants them now. */
  void forgetStarts(String column, String id) {
    database
        .jdbc()
        .sql("update pass set " + NO_START + " where " + column + " = ? and state = 'WAITING'")
        .param(id)
        .update();
  }

  /** Makes the waiting pass of a mailbox due now, or at its start. */
  void makeDue(String mailbox, String why) {
    database.jdbc().sql(DUE.formatted("mailbox_id")).params(why, mailbox).update();
  }

  /** Makes the waiting passes of a migration due now, whenever they were to start. */
  int makeAllDue(String migration, String why) {
    forgetStarts("migration_id", migration);
    return database.jdbc().sql(DUE.formatted("migration_id")).params(why, migration).update();
  }

  /** The migration has a pass again: it goes on, and its report is written when it ends. */
  void reopen(String migration) {
    int reopened =
        database
            .jdbc()
            .sql(
                "update migration set finished_at = null, report_due = false, cancelled = false"
                    + " where id = ? and (finished_at is not null or cancelled)")
            .param(migration)
            .update();
    if (reopened > 0) {
      watch(migration);
    }
  }

  /** A migration that was cancelled while no pass of it waited or ran goes on with the next one. */
  void goOn(String migration) {
    int unused =
        database
            .jdbc()
            .sql("update migration set cancelled = false where id = ?")
            .param(migration)
            .update();
    watch(migration);
  }

  private void watch(String migration) {
    CutoverDomains.watch(
        database,
        database
            .jdbc()
            .sql(
                "select distinct m.mail_domain from mailbox m join migration_mailbox n"
                    + " on n.mailbox_id = m.id where n.migration_id = ? and m.mail_domain is not null")
            .param(migration)
            .query(String.class)
            .list());
  }

  /** Forgets until when servers want the accounts of a mailbox left alone. */
  void forgetPauses(String mailbox) {
    forget("account_pause", ONE, mailbox);
  }

  /** Forgets until when servers want the accounts of a migration left alone. */
  void forgetPausesOfAll(String migration) {
    forget("account_pause", ALL, migration);
  }

  /** Forgets how often the accounts of a mailbox were refused. */
  void forgetRefusals(String mailbox) {
    forget("refused_login", ONE, mailbox);
  }

  private void forget(String table, String which, String id) {
    database.jdbc().sql(FORGET.formatted(table, which)).param("id", id).update();
  }
}
