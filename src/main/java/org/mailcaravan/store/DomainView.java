package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.mailcaravan.model.DomainVerdict;
import org.mailcaravan.model.status.DomainStatus;

/** How the domains of a migration stand. Thread-safe. */
final class DomainView {
  private static final String DOMAINS =
      "select m.mail_domain, d.verdict, d.words, d.since, d.looked_at, count(*) as mailboxes,"
          + " count(m.cutover_at) as cut_over, min(m.cutover_at) as cutover_at,"
          + " min(m.cutover_by) as cutover_by, max(m.old_until) as old_until, sum(m.final_passes) as final_passes,"
          + " sum(case when m.cutover_at is not null and m.final_due_at is null and m.quiet_passes > 0"
          + " then 1 else 0 end) as quiet, min(m.final_due_at) as next_pass from mailbox m"
          + " left join cutover_domain d on d.domain = m.mail_domain where m.state <> 'CANCELLED'"
          + " and m.id in (select mailbox_id from migration_mailbox where migration_id = ?)"
          + " group by m.mail_domain, d.verdict, d.words, d.since, d.looked_at order by m.mail_domain nulls last limit ?";

  private static final String NOBODY_LOOKS =
      "cutover.mx-hosts is empty, so nobody looks where its mail goes";

  private final Database database;
  private final boolean watched;

  /**
   * @param watched whether it is known which MX hosts are ours, so that somebody looks at the DNS
   */
  DomainView(Database database, boolean watched) {
    this.database = database;
    this.watched = watched;
  }

  /** Those of a migration by their names, and in the end what DNS cannot tell of. */
  List<DomainStatus> of(String migration, int limit) {
    return database
        .jdbc()
        .sql(DOMAINS)
        .params(migration, limit)
        .query((row, number) -> domain(row))
        .list();
  }

  private DomainStatus domain(ResultSet row) throws SQLException {
    String domain = row.getString("mail_domain");
    String verdict = watched ? row.getString("verdict") : null;
    return new DomainStatus(
        domain,
        verdict == null ? null : DomainVerdict.valueOf(verdict).id(),
        watched || domain == null ? row.getString("words") : NOBODY_LOOKS,
        verdict == null ? null : Times.instant(row, "since"),
        verdict == null ? null : Times.instant(row, "looked_at"),
        row.getLong("mailboxes"),
        row.getLong("cut_over"),
        Times.instant(row, "cutover_at"),
        row.getString("cutover_by"),
        Times.instant(row, "old_until"),
        row.getLong("final_passes"),
        row.getLong("quiet"),
        Times.instant(row, "next_pass"));
  }
}
