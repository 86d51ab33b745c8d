package org.mailcaravan.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.DomainVerdict;
import org.mailcaravan.model.Event;
import org.mailcaravan.model.FinalPasses;

/**
 * The domains of mailboxes, with what their MX records have shown, and when somebody is to look
 * again. No transaction is open while the network is asked. Thread-safe.
 */
public final class CutoverDomains {
  /** How many are looked at in one turn of a node. */
  private static final int MOST = 150;

  /**
   * Whoever looks has so long, though no server answers and four looks run at a time; then it is
   * for the next turn again, as after a kill.
   */
  private static final Duration LONGEST_LOOK = Duration.ofMinutes(15);

  /** A domain that no open migration names is left alone, unless a request names it. */
  private static final Duration PARKED = Duration.ofDays(1);

  private static final int LONGEST_WORDS = 4000;

  private static final String NEXT = "next_look_at = current_timestamp + " + Seconds.SQL;

  /** Of a domain d. */
  private static final String WANTED =
      "exists (select 1 from mailbox m join migration_mailbox n on n.mailbox_id = m.id"
          + " join migration g on g.id = n.migration_id where m.mail_domain = d.domain"
          + " and m.state <> 'CANCELLED' and "
          + LaterPasses.OPEN
          + ")";

  private final Database database;
  private final Events events;
  private final Cutovers cutovers;

  public CutoverDomains(Database database, Events events, FinalPasses plan) {
    this.database = database;
    this.events = events;
    this.cutovers = new Cutovers(database, events, plan);
  }

  /**
   * What is known of a domain.
   *
   * @param since when the verdict changed last
   * @param lookedAt when a look has shown anything last; null before that
   */
  public record Known(
      DomainVerdict verdict,
      String words,
      Instant since,
      @Nullable Instant lookedAt,
      Instant now) {}

  /**
   * What a look has shown.
   *
   * @param words for people; what strangers sent is cut here, and made visible where it is shown
   * @param memory for the next look: a record that becomes JSON; null when nothing was shown
   * @param oldUntil until when a resolver may have the old records; null unless all is ours
   * @param again when to look again
   */
  public record Seen(
      DomainVerdict verdict,
      String words,
      @Nullable Object memory,
      @Nullable Instant oldUntil,
      Duration again) {}

  /** Has domains looked at that an earlier version has not, by the rules of now. */
  public void begin(Origin origin) {
    boolean unused =
        database.tryingAgain(
            () -> {
              List<String> stored =
                  database
                      .jdbc()
                      .sql("select distinct mail_domain from mailbox where mail_domain is not null")
                      .query(String.class)
                      .list();
              for (String domain : stored) {
                String now = origin.mailDomain("@" + domain);
                if (!domain.equals(now)) {
                  database
                      .jdbc()
                      .sql("update mailbox set mail_domain = ? where mail_domain = ?")
                      .params(now, domain)
                      .update();
                }
              }
              List<String> unknown =
                  database
                      .jdbc()
                      .sql(
                          "select distinct d.mail_domain from mailbox d where d.mail_domain is not null"
                              + " and not exists (select 1 from cutover_domain c where c.domain = d.mail_domain)"
                              + " and "
                              + WANTED.replace("d.domain", "d.mail_domain"))
                      .query(String.class)
                      .list();
              watch(database, unknown);
              return true;
            });
  }

  /** Has domains looked at soon, within the transaction of who names them. */
  static void watch(Database database, Collection<String> domains) {
    List<String> named = domains.stream().distinct().sorted().toList();
    if (named.isEmpty()) {
      return;
    }
    TreeSet<String> missing = new TreeSet<>(named);
    database
        .jdbc()
        .sql(
            "select domain from cutover_domain where domain in (:domains) order by domain for update")
        .param("domains", named)
        .query(String.class)
        .list()
        .forEach(missing::remove);
    if (missing.size() < named.size()) {
      database
          .jdbc()
          .sql(
              "update cutover_domain set next_look_at = current_timestamp where domain in (:domains)"
                  + " and next_look_at > current_timestamp")
          .param("domains", named)
          .update();
    }
    database.batch(
        "insert into cutover_domain (domain, verdict, words, memory, next_look_at, since)"
            + " values (?, 'UNKNOWN', 'nobody has looked yet', '', current_timestamp, current_timestamp)",
        missing.stream().map(domain -> new Object[] {domain}).toList());
  }

  private record Turn(String domain, boolean wanted) {}

  /**
   * The domains whose turn it is, the one first that waits longest. No other node gets them until
   * they were looked at, or this one should have done it.
   */
  public List<String> due() {
    return database.tryingAgain(
        () -> {
          List<Turn> all =
              database
                  .jdbc()
                  .sql(
                      "select d.domain, "
                          + WANTED
                          + " as wanted from cutover_domain d where d.next_look_at <= current_timestamp"
                          + " order by d.next_look_at, d.domain limit "
                          + MOST
                          + (database.isPostgres() ? " for update of d skip locked" : ""))
                  .query(
                      (row, number) -> new Turn(row.getString("domain"), row.getBoolean("wanted")))
                  .list();
          database.batch(
              "update cutover_domain set " + NEXT + " where domain = ?",
              all.stream()
                  .map(
                      each ->
                          new Object[] {
                            Seconds.of(each.wanted ? LONGEST_LOOK : PARKED), each.domain
                          })
                  .toList());
          return all.stream().filter(Turn::wanted).map(Turn::domain).toList();
        });
  }

  private record Row(Known known, String memory) {}

  /**
   * Records a look. Where the verdict has changed there is an event for each open migration of the
   * domain; where all is ours its mailboxes have had their cutover.
   *
   * @param memory the type of {@link Seen#memory}
   * @param judge from what is known of the domain, and what earlier looks have to remember, to what
   *     the look means; called again when another transaction got in the way
   */
  public <M> void record(
      String domain, Class<M> memory, BiFunction<Known, Optional<M>, Seen> judge) {
    boolean unused =
        database.tryingAgain(
            () -> {
              Row row = lock(domain).orElse(null);
              if (row == null) {
                return false;
              }
              store(
                  domain,
                  row.known,
                  judge.apply(
                      row.known,
                      Optional.of(row.memory)
                          .filter(text -> !text.isEmpty())
                          .map(text -> StoredJson.read(text, memory))));
              return true;
            });
  }

  private Optional<Row> lock(String domain) {
    return database
        .jdbc()
        .sql(
            "select c.*, current_timestamp as now_at from cutover_domain c where c.domain = ? for update")
        .param(domain)
        .query(
            (row, number) ->
                new Row(
                    new Known(
                        DomainVerdict.valueOf(row.getString("verdict")),
                        row.getString("words"),
                        Times.present(row, "since"),
                        Times.instant(row, "looked_at"),
                        Times.present(row, "now_at")),
                    row.getString("memory")))
        .optional();
  }

  private void store(String domain, Known known, Seen seen) {
    String words = seen.words.substring(0, Math.min(seen.words.length(), LONGEST_WORDS));
    if (seen.memory == null) {
      // Nothing was shown, so nothing changes; only who has never seen more is told why.
      int unused =
          database
              .jdbc()
              .sql(
                  "update cutover_domain set "
                      + NEXT
                      + ", words = case verdict when 'UNKNOWN' then ? else words end where domain = ?")
              .params(Seconds.of(seen.again), words, domain)
              .update();
      return;
    }
    boolean changed = seen.verdict != known.verdict;
    int unused =
        database
            .jdbc()
            .sql(
                "update cutover_domain set "
                    + NEXT
                    + ", verdict = ?, words = ?, memory = ?, looked_at = current_timestamp"
                    + (changed ? ", since = current_timestamp" : "")
                    + " where domain = ?")
            .params(
                Seconds.of(seen.again),
                seen.verdict.name(),
                words,
                StoredJson.write(seen.memory),
                domain)
            .update();
    if (changed) {
      events.addAll(
          migrations(domain).stream()
              .map(
                  id ->
                      new Event(
                          "domain",
                          Cutovers.DNS,
                          id,
                          null,
                          null,
                          null,
                          seen.verdict.name(),
                          domain + ": " + words))
              .toList());
    }
    if (seen.verdict == DomainVerdict.OURS) {
      int unusedCount =
          cutovers.seen(
              Cutovers.Of.DOMAIN,
              domain,
              Cutovers.DNS,
              seen.oldUntil,
              "all mail of " + domain + " comes to us");
    } else if (changed && seen.verdict == DomainVerdict.GONE_BACK) {
      cutovers.lapsed(domain, "mail of " + domain + " does not come to us any more: " + words);
    }
  }

  private List<String> migrations(String domain) {
    return database
        .jdbc()
        .sql(
            "select distinct g.id from mailbox m join migration_mailbox n on n.mailbox_id = m.id"
                + " join migration g on g.id = n.migration_id where m.mail_domain = ? and "
                + LaterPasses.OPEN
                + " order by g.id")
        .param(domain)
        .query(String.class)
        .list();
  }
}
