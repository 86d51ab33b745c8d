package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.mailcaravan.model.DomainVerdict;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.model.status.Digest;

/** Who must act for what waits for a person: passes, and cutovers. Thread-safe. */
final class DigestWaits {
  private static final String CUSTOMER = ProblemView.codeId(Owner.CUSTOMER.name());
  private static final String US = ProblemView.codeId(Owner.US.name());

  /** So long DNS servers may disagree, or be silent, as they do while records change. */
  private static final Duration LONG = Duration.ofDays(1);

  private static final String OF_PASSES =
      "select w.waits_now, w.paused, count(*) as mailboxes, min(w.address) as example,"
          + " min(w.named) as named, count(distinct w.named) as different from (select "
          + Waits.CODE
          + " as waits_now, case when m.paused then 'MAILBOX' when g.paused then 'MIGRATION'"
          + " when h.paused then 'HOST' else '' end as paused, m.source_address as address,"
          + " case when m.paused then m.source_address when g.paused then g.id when h.paused then h.name"
          + " when p.start_asked then g.id else coalesce(p.only_node, m.node, '') end as named,"
          + " p.start_asked as asked"
          + " from pass p join mailbox m on m.id = p.mailbox_id"
          + Waits.JOINS
          + " where p.state = 'WAITING') w"
          + " where (w.waits_now in ('MAILBOX', 'PASSWORD', 'NODE', 'RESUME')"
          // A start that was agreed comes by itself.
          + " or (w.waits_now = 'START' and w.asked))"
          + " group by w.waits_now, w.paused";

  /** The migration that waits longest, and how much waits as it does. */
  private static final String OF_CUTOVERS =
      "select g.id, min(m.source_address) as example, count(*) over () as migrations,"
          + " sum(count(distinct m.id)) over () as mailboxes, exists (select 1 from migration_mailbox o"
          + " join mailbox x on x.id = o.mailbox_id where o.migration_id = g.id and x.mail_domain is not null"
          + " and x.cutover_at is null and x.state <> 'CANCELLED') as mixed from migration g"
          + " join migration_mailbox v on v.migration_id = g.id join mailbox m on m.id = v.mailbox_id"
          + " where g.stage = 'WAITING_FOR_CUTOVER' and g.only_node is null and m.cutover_at is null"
          + " and m.state <> 'CANCELLED'%s group by g.id, g.stage_at order by g.stage_at, g.id limit 1";

  /** Except where a person has said that mail comes to us, such as behind a filter. */
  private static final String OF_DOMAINS =
      "select d.domain, d.verdict, d.words, count(distinct m.id) as mailboxes, min(m.source_address) as example"
          + " from cutover_domain d join mailbox m on m.mail_domain = d.domain"
          + " join migration_mailbox v on v.mailbox_id = m.id join migration g on g.id = v.migration_id where "
          + LaterPasses.OPEN
          + " and m.state <> 'CANCELLED' and (m.cutover_at is null or m.cutover_by = '"
          + Cutovers.DNS
          + "') and (d.verdict = 'GONE_BACK' or d.since < current_timestamp - "
          + Seconds.SQL
          + " and (d.verdict = 'DISAGREEING' or d.verdict = 'UNKNOWN' and g.stage = 'WAITING_FOR_CUTOVER'))"
          + " group by d.domain, d.verdict, d.words order by mailboxes desc, d.domain limit ?";

  /** Those that wait for their password with a pass are told of by it. */
  private static final String OF_PASSWORDS =
      "select count(distinct m.id) as mailboxes, min(m.source_address) as example from mailbox m"
          + " join migration_mailbox v on v.mailbox_id = m.id join migration g on g.id = v.migration_id where "
          + LaterPasses.OPEN
          + " and "
          + LaterPasses.WITHOUT_PASSWORD
          + " and not exists (select 1 from pass p where p.mailbox_id = m.id and p.state <> 'ENDED')";

  private final Database database;
  private final boolean watched;
  private final MailboxMaker maker;

  /**
   * @param watched whether it is known which MX hosts are ours, so that somebody looks at the DNS
   */
  DigestWaits(Database database, boolean watched, MailboxMaker maker) {
    this.maker = maker;
    this.database = database;
    this.watched = watched;
  }

  /**
   * By cause, in no order.
   *
   * @param most how many domains
   */
  List<Digest.Action> actions(int most) {
    List<Digest.Action> actions =
        new ArrayList<>(
            database.jdbc().sql(OF_PASSES).query((row, number) -> ofPasses(row)).list());
    actions.addAll(
        database
            .jdbc()
            .sql(OF_CUTOVERS.formatted(watched ? " and m.mail_domain is null" : ""))
            .query((row, number) -> ofCutovers(row))
            .list());
    actions.addAll(
        database.jdbc().sql(OF_PASSWORDS).query((row, number) -> ofPasswords(row)).list().stream()
            .filter(action -> action.mailboxes() > 0)
            .toList());
    if (watched) {
      actions.addAll(
          database
              .jdbc()
              .sql(OF_DOMAINS)
              .params(Seconds.of(LONG), most)
              .query((row, number) -> ofDomain(row))
              .list());
    }
    return actions;
  }

  private Digest.Action ofPasses(ResultSet row) throws SQLException {
    WaitsFor what = WaitsFor.valueOf(row.getString("waits_now"));
    String named = row.getString("named");
    return switch (what) {
      case PASSWORD ->
          action(
              CUSTOMER,
              what,
              row,
              "its password at the old provider has not come yet",
              "Send it; \"mailcaravan password\" or a request takes it.");
      case MAILBOX ->
          action(
              ProblemView.codeId(maker.owner().name()),
              what,
              row,
              "its mailbox at the new server is missing, or its login there is refused",
              maker.nextStep(MailboxMaker.MAILBOX) + " It is tried again by itself.");
      case START ->
          action(
              CUSTOMER,
              what,
              row,
              "the start that its request asked for is too soon, and nobody has named another one",
              "Name another start for migration "
                  + named
                  + inAll(row, "%d migrations need one")
                  + ". An answer to our mail or a new request takes it.");
      case NODE ->
          action(
              US,
              what,
              row,
              "only the node " + named + " can run it, which does not run",
              "Start " + named + inAll(row, "%d nodes are needed") + ".");
      default -> paused(what, row, named);
    };
  }

  private static Digest.Action ofPasswords(ResultSet row) throws SQLException {
    return new Digest.Action(
        CUSTOMER,
        "password-needed-again",
        row.getLong("mailboxes"),
        Objects.requireNonNullElse(row.getString("example"), ""),
        "final passes are due, and we no longer have its password at the old provider",
        "Send it again; \"mailcaravan password\" or a request takes it.");
  }

  private static Digest.Action paused(WaitsFor what, ResultSet row, String named)
      throws SQLException {
    String paused =
        switch (row.getString("paused")) {
          case "MAILBOX" -> "it";
          case "MIGRATION" -> "its migration";
          default -> "its server";
        };
    return action(
        US,
        what,
        row,
        "a person has paused " + paused,
        "\"mailcaravan resume " + named + "\" lets it go on" + inAll(row, "%d are paused") + ".");
  }

  /** How many there are beside the one that is named. */
  private static String inAll(ResultSet row, String words) throws SQLException {
    long different = row.getLong("different");
    return different > 1 ? " (" + words.formatted(different) + " in all)" : "";
  }

  private static Digest.Action action(
      String owner, WaitsFor what, ResultSet row, String cause, String nextStep)
      throws SQLException {
    return new Digest.Action(
        owner,
        "waits-for-" + what.id(),
        row.getLong("mailboxes"),
        row.getString("example"),
        cause,
        nextStep);
  }

  private Digest.Action ofCutovers(ResultSet row) throws SQLException {
    long migrations = row.getLong("migrations");
    String example = row.getString("example");
    // An order for the whole migration would be one for the domains of which DNS can tell, too.
    String named = watched && row.getBoolean("mixed") ? example : row.getString("id");
    return new Digest.Action(
        US,
        "cutover-by-hand",
        row.getLong("mailboxes"),
        example,
        watched
            ? "DNS cannot tell when its mail comes to us"
            : "nobody looks at the DNS for its cutover, since cutover.mx-hosts is empty",
        "Ask the customer whether its mail comes to us, and then say \"mailcaravan cutover "
            + named
            + "\""
            + (migrations > 1
                ? " (" + migrations + " migrations wait so in all, this one the longest)"
                : "")
            + ".");
  }

  private static Digest.Action ofDomain(ResultSet row) throws SQLException {
    DomainVerdict verdict = DomainVerdict.valueOf(row.getString("verdict"));
    String domain = row.getString("domain");
    return new Digest.Action(
        CUSTOMER,
        "dns-" + verdict.id(),
        row.getLong("mailboxes"),
        row.getString("example"),
        domain + ": " + row.getString("words"),
        "Correct the MX records. \"mailcaravan dns " + domain + "\" shows them.");
  }
}
