package org.mailcaravan.store;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.DomainVerdict;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.MigrationStage;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.status.ProblemFilter;
import org.mailcaravan.model.status.ProblemStatus;

/**
 * What is told of a migration, however many mailboxes it has: counts of all, and the first ones.
 * Thread-safe.
 */
public final class ToldMigrations {
  private final Database database;
  private final ProblemView problems;

  /**
   * @param createsMailboxes whether an HTTP API of ours creates missing mailboxes
   */
  public ToldMigrations(Database database, boolean createsMailboxes) {
    this.database = database;
    this.problems = new ProblemView(database, new MailboxMaker(createsMailboxes));
  }

  /**
   * A migration.
   *
   * @param name that of its request, which a stranger has chosen
   * @param ticket as its request has it; null for none
   * @param forecast when its first passes should be done, as was told last; null when that is not
   *     known
   */
  public record Told(
      String id,
      String name,
      MigrationStage stage,
      @Nullable String ticket,
      @Nullable Instant forecast,
      int mailboxes) {}

  /** A mailbox with what its customer has to do for it. */
  public record Step(String address, Problem problem) {}

  /** The migration; empty for one that is not there any more. */
  public Optional<Told> of(String id) {
    return database
        .jdbc()
        .sql(
            "select m.*, r.ticket, (select count(*) from migration_mailbox b where b.migration_id = m.id)"
                + " as mailboxes from migration m join request r on r.id = m.request_id where m.id = ?")
        .param(id)
        .query(
            (row, number) ->
                new Told(
                    id,
                    row.getString("name"),
                    MigrationStage.valueOf(row.getString("stage")),
                    row.getString("ticket"),
                    Times.instant(row, "forecast_told"),
                    row.getInt("mailboxes")))
        .optional();
  }

  /** Whether the ticket of its request is that of another migration, too, which is open. */
  public boolean isTicketOfAnother(String id) {
    return count(
            "select count(*) from migration m join request r on r.id = m.request_id"
                + " join request t on t.ticket = r.ticket join migration o on o.request_id = t.id"
                + " where m.id = ? and o.id <> m.id and o.closed_at is null",
            id)
        > 0;
  }

  /** What a person has cancelled holds up no domain, and nobody has to do anything for it. */
  private static final String DOMAINS =
      "select b.mail_domain as name, count(*) - count(b.cutover_at) as outside from migration_mailbox m"
          + " join mailbox b on b.id = m.mailbox_id where m.migration_id = :id"
          + " and b.mail_domain is not null and b.state <> 'CANCELLED' group by b.mail_domain";

  /**
   * How many domains it has; those of public providers, and of cancelled mailboxes alone, are not
   * counted.
   *
   * @param ours those of which all mail comes to us
   */
  public record Domains(int all, int ours) {
    /** Of all of them, if there are any. */
    public boolean areOurs() {
      return all > 0 && all == ours;
    }
  }

  /** How many domains it has. */
  public Domains countDomains(String id) {
    return database
        .jdbc()
        .sql(
            "select count(*), coalesce(sum(case when outside = 0 then 1 else 0 end), 0) from ("
                + DOMAINS
                + ") d")
        .param("id", id)
        .query((row, number) -> new Domains(row.getInt(1), row.getInt(2)))
        .single();
  }

  /**
   * Its domains, in the order of their names, also those of cancelled mailboxes; those of public
   * providers are not among them.
   */
  public List<String> domains(String id, int most) {
    return database
        .jdbc()
        .sql(
            "select distinct b.mail_domain as name from migration_mailbox m"
                + " join mailbox b on b.id = m.mailbox_id where m.migration_id = ?"
                + " and b.mail_domain is not null order by name limit ?")
        .params(id, most)
        .query(String.class)
        .list();
  }

  /** Those that {@link #countDomains} counts as ours, or all others that it counts. */
  public List<String> domains(String id, boolean isOurs, int most) {
    return database
        .jdbc()
        .sql(
            "select name from ("
                + DOMAINS
                + ") d where outside "
                + (isOurs ? "= 0" : "> 0")
                + " order by name limit :most")
        .param("id", id)
        .param("most", most)
        .query(String.class)
        .list();
  }

  private static final String ELSEWHERE =
      Arrays.stream(DomainVerdict.values())
          .filter(DomainVerdict::isElsewhere)
          .map(verdict -> "'" + verdict.name() + "'")
          .collect(Collectors.joining(", "));

  /**
   * Domains whose MX records do not name us alone, by the last look, and whose cutover the DNS has
   * not shown; in the order of their names.
   *
   * @param said only those of which a person has said that their mail comes to us
   */
  public List<String> elsewhere(String id, boolean said, int most) {
    return database
        .jdbc()
        .sql(
            "select distinct d.domain from migration_mailbox m join mailbox b on b.id = m.mailbox_id"
                + " join cutover_domain d on d.domain = b.mail_domain where m.migration_id = ?"
                + " and b.state <> 'CANCELLED' and d.verdict in ("
                + ELSEWHERE
                + ") and coalesce(b.cutover_by, '') <> '"
                + Cutovers.DNS
                + "'"
                + (said ? " and b.cutover_at is not null" : "")
                + " order by d.domain limit ?")
        .params(id, most)
        .query(String.class)
        .list();
  }

  /** Those among some names. */
  public List<String> domainsAmong(String id, List<String> names) {
    return names.isEmpty()
        ? List.of()
        : database
            .jdbc()
            .sql("select name from (" + DOMAINS + ") d where name in (:names) order by name")
            .param("id", id)
            .param("names", names)
            .query(String.class)
            .list();
  }

  /** The domains of its addresses at the new server, in the order of their names. */
  public List<String> newDomains(String id, int most) {
    String domain =
        "lower(substring(b.destination_address, position('@' in b.destination_address) + 1, 255))";
    return database
        .jdbc()
        .sql(
            "select distinct "
                + domain
                + " as domain from migration_mailbox m join mailbox b on b.id = m.mailbox_id"
                + " where m.migration_id = ? order by domain limit ?")
        .params(id, most)
        .query(String.class)
        .list()
        .stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .toList();
  }

  private static final String STEPS =
      " from customer_step s join mailbox b on b.id = s.mailbox_id where s.migration_id = ?"
          + " and b.state <> 'CANCELLED'";

  /** What its customer has to do now. */
  public List<Step> steps(String id, int most) {
    return database
        .jdbc()
        .sql("select b.source_address, s.problem" + STEPS + " order by s.id limit ?")
        .params(id, most)
        .query(
            (row, number) ->
                new Step(row.getString(1), StoredJson.read(row.getString(2), Problem.class)))
        .list();
  }

  /** How many such steps there are. */
  public int countSteps(String id) {
    return count("select count(*)" + STEPS, id);
  }

  /** What the last passes of its mailboxes have left, worst not first. */
  public List<ProblemStatus> problems(String id, int most) {
    return problems.page(new ProblemFilter(id, null, null), null, most);
  }

  /**
   * Those of its mailboxes that an earlier request of somebody else names. It may be that person's
   * password that works, so whoever asked for them later by mail is told nothing of them.
   *
   * @return their ids
   */
  public Set<String> askedForByOthersBefore(String id) {
    String sender =
        "(select min(lower(a.recipient)) from answer a where a.follows is null"
            + " and a.request_id = %s.request_id)";
    return database
        .jdbc()
        .sql(
            "select n.mailbox_id from migration_mailbox n join migration m on m.id = n.migration_id"
                + " where m.id = ? and exists (select 1 from answer a where a.follows is null"
                + " and a.channel = 'mail' and a.request_id = m.request_id)"
                + " and exists (select 1 from migration_mailbox e join migration o on o.id = e.migration_id"
                + " where e.mailbox_id = n.mailbox_id and o.id < m.id and coalesce("
                + sender.formatted("o")
                + ", '') <> coalesce("
                + sender.formatted("m")
                + ", ''))")
        .param(id)
        .query(String.class)
        .set();
  }

  /** How many of its mailboxes have not got everything. */
  public int incomplete(String id) {
    return count(
        "select count(distinct b.id) from migration_mailbox m join mailbox b on b.id = m.mailbox_id"
            + " where m.migration_id = ? and b.state in ('INCOMPLETE', 'BLOCKED', 'FAULT')",
        id);
  }

  /** Whether one of its mailboxes was compared, so that there is a certificate. */
  public boolean isCompared(String id) {
    return count(
            "select count(*) from migration_mailbox m join mailbox b on b.id = m.mailbox_id"
                + " where m.migration_id = ? and b.copied_before",
            id)
        > 0;
  }

  /** Whether final passes over each of its mailboxes have found that nothing comes any more. */
  public boolean isQuiet(String id) {
    return count(
            "select count(*) from migration_mailbox m join mailbox b on b.id = m.mailbox_id"
                + " where m.migration_id = ? and b.state <> 'CANCELLED'"
                + " and (b.cutover_at is null or b.quiet_passes = 0)",
            id)
        == 0;
  }

  private int count(String sql, String id) {
    return database.jdbc().sql(sql).param(id).query(Integer.class).single();
  }
}
