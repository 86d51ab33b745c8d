package org.mailcaravan.store;

import java.util.List;

/**
 * Passes of a migration that a person ends, for mailboxes that another open one names, as where a
 * list was sent twice: the request that came last has taken them, and what it leaves goes on.
 */
final class GivenBack {
  /** Of a pass p; null where there is none. */
  private static final String OTHER =
      "(select max(g.id) from migration_mailbox n join migration g on g.id = n.migration_id"
          + " where n.mailbox_id = p.mailbox_id and g.id <> p.migration_id and "
          + LaterPasses.OPEN
          + ")";

  private GivenBack() {}

  /**
   * Gives its passes that wait or run to those migrations, within the transaction of who has locked
   * them.
   *
   * @return how many
   */
  static long passes(Database database, String migration) {
    List<Object[]> passes =
        database
            .jdbc()
            .sql(
                "select p.id from pass p where p.migration_id = ? and p.state <> 'ENDED' and "
                    + OTHER
                    + " is not null order by p.id")
            .param(migration)
            .query((row, number) -> new Object[] {row.getLong("id")})
            .list();
    database.batch(
        "update pass p set kind = case when p.state = 'RUNNING' then p.kind else (select case"
            + " when not m.copied_before then 'FIRST' when m.cutover_at is null then 'CATCH_UP'"
            + " else 'FINAL' end from mailbox m where m.id = p.mailbox_id) end, migration_id = "
            + OTHER
            + " where p.id = ?",
        passes);
    database.batch(
        "update migration set finished_at = null, report_due = false where finished_at is not null"
            + " and id = (select p.migration_id from pass p where p.id = ?)",
        passes);
    return passes.size();
  }
}
