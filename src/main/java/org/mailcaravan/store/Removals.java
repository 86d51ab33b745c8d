package org.mailcaravan.store;

import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.mailcaravan.model.DroppedFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is known of mailboxes some time after their migrations were closed: ledger, passes,
 * problems, events and addresses. The migration stays as a note. A mailbox is one transaction, so
 * that a kill leaves whole mailboxes, and the next turn goes on. Thread-safe.
 */
public final class Removals {
  private static final Logger LOG = LoggerFactory.getLogger(Removals.class);
  private static final int AT_ONCE = 100;

  private static final String FOLDERS =
      "(select f.id from folder_pair f join mailbox m on m.source_account = f.source_account"
          + " where m.id = :id and %s)";

  /** Of a table with the accounts of the ledger, which name the server of the destination, too. */
  private static final String SAME_DESTINATION =
      "substring(%s.destination_account, 1, greatest(position(' at ' in %1$s.destination_account) - 1, 0))"
          + " = m.destination_account";

  private static final List<String> BY_ACCOUNTS =
      List.of(
          "short_message",
          "repaired_copy",
          "announced_size",
          "recognised_account",
          "folder_before");

  /**
   * Until when accounts are left alone, and how often they were refused. They are named with the
   * port of their server.
   */
  private static final List<String> BY_ACCOUNT =
      Stream.of("account_pause", "refused_login")
          .map(
              table ->
                  "delete from "
                      + table
                      + " where account in (select m.source_account || ':' || m.source_port from mailbox m"
                      + " where m.id = :id and not exists (select 1 from mailbox o where o.id <> m.id"
                      + " and o.source_account = m.source_account)) or substring(account, 1,"
                      + " greatest(position(' at ' in account) - 1, 0)) in (select m.destination_account"
                      + " from mailbox m where m.id = :id and not exists (select 1 from mailbox o"
                      + " where o.id <> m.id and o.destination_account = m.destination_account))")
          .toList();

  /** The children first. */
  private static final List<String> BY_MAILBOX =
      List.of(
          "delete from problem where pass_id in (select id from pass where mailbox_id = :id)",
          "delete from pass where mailbox_id = :id",
          "delete from customer_step where mailbox_id = :id",
          "delete from preflight where mailbox_id = :id",
          "delete from credential where mailbox_id = :id",
          "delete from event where mailbox_id = :id",
          "delete from migration_mailbox where mailbox_id = :id",
          "delete from mailbox where id = :id");

  /** What other mailboxes into the same account still use stays. */
  private static final String ONLY_ACCOUNT =
      "select m.destination_address from mailbox m where m.id = :id and not exists (select 1 from mailbox o"
          + " where o.id <> m.id and o.destination_account = m.destination_account)";

  private static final String PULLED =
      "(select c.id from pulled_collection c join mailbox m on c.account = m.source_address || ' > '"
          + " || m.destination_address or position(m.source_address || ' > ' || m.destination_address || ' > '"
          + " in c.account) = 1 where m.id = :id)";

  private static final List<String> BY_COLLECTION =
      List.of(
          "delete from pulled_resource where collection_id in " + PULLED,
          "delete from pulled_collection where id in " + PULLED,
          "delete from groupware_choice where collection_id in (select id from groupware_collection"
              + " where account in ("
              + ONLY_ACCOUNT
              + "))",
          "delete from stored_resource where collection_id in (select id from groupware_collection"
              + " where account in ("
              + ONLY_ACCOUNT
              + "))",
          "delete from groupware_collection where account in (" + ONLY_ACCOUNT + ")");

  /** The row stays: a mail that still lies in the support mailbox is not answered again. */
  private static final String EMPTIED =
      "update answer set recipient = '', subject = '', replies_to = '', thread = '', notes = '',"
          + " problems = null, place = '', sent_at = coalesce(sent_at, queued_at) where request_id is null and ";

  private static final List<String> BY_MIGRATION =
      List.of(
          "delete from customer_step where migration_id = :id",
          "delete from preflight where migration_id = :id",
          "delete from telling where migration_id = :id",
          EMPTIED + "about = :id",
          "delete from answer where request_id = (select request_id from migration where id = :id)",
          "delete from rejected_row where request_id = (select request_id from migration where id = :id)",
          "update request set reading = null, ticket = null where id = (select request_id from migration"
              + " where id = :id)",
          "delete from event where migration_id = :id and kind <> 'migration'",
          // Those of its stages name domains, and what strangers have said.
          "update event set reason = '' where migration_id = :id and state is not null and state <> 'CLOSED'");

  /** What belongs to no migration any more, or never did. */
  private static final List<String> BY_AGE =
      List.of(
          EMPTIED + "about is null and queued_at < :before and recipient <> ''",
          "delete from cutover_domain where since < :before and next_look_at > current_timestamp"
              + " and not exists (select 1 from mailbox m where m.mail_domain = cutover_domain.domain)");

  private final Database database;
  private final Events events;
  private final Clock clock;
  private final Duration keep;

  /**
   * @param keep how long after its closing what is known of a migration is kept; zero for ever
   */
  public Removals(Database database, Events events, Clock clock, Duration keep) {
    this.database = database;
    this.events = events;
    this.clock = clock;
    this.keep = keep;
  }

  /**
   * Removes what was closed long enough ago.
   *
   * @return the migrations of which it removed something
   */
  public int run() {
    if (keep.isZero()) {
      return 0;
    }
    int removed = 0;
    Set<String> tried = new HashSet<>();
    List<String> due = due();
    while (!due.isEmpty()) {
      tried.addAll(due);
      removed += due.stream().mapToInt(this::removed).sum();
      due = due().stream().filter(id -> !tried.contains(id)).toList();
    }
    BY_AGE.forEach(
        statement -> {
          int unused = database.jdbc().sql(statement).param("before", before()).update();
        });
    return removed;
  }

  /** One that fails stops no other, and is tried again in the next turn. */
  private int removed(String migration) {
    try {
      remove(migration);
      return 1;
    } catch (RuntimeException e) {
      LOG.error("what is known of migration {} could not be removed", migration, e);
      return 0;
    }
  }

  private OffsetDateTime before() {
    return clock.instant().minus(keep).atOffset(ZoneOffset.UTC);
  }

  /** The addresses at old providers of all mailboxes that are known. */
  public Set<String> sources() {
    return database
        .jdbc()
        .sql("select distinct source_address from mailbox")
        .query(String.class)
        .set();
  }

  /** Those of some migrations that are removed. */
  public Set<String> removed(Collection<String> ids) {
    return ids.isEmpty()
        ? Set.of()
        : Set.copyOf(
            database
                .jdbc()
                .sql("select id from migration where removed_at is not null and id in (:ids)")
                .param("ids", ids)
                .query(String.class)
                .list());
  }

  /**
   * The copies of dropped files whose migrations are kept: names from the drop folder on. Those of
   * other programs are among them.
   */
  public Set<String> keptCopies() {
    return database
        .jdbc()
        .sql(
            "select a.place from answer a join migration m on m.request_id = a.request_id"
                + " where a.place <> '' and a.follows is null and m.removed_at is null")
        .query((row, number) -> new DroppedFile(row.getString("place"), null).copy())
        .set();
  }

  private List<String> due() {
    return database
        .jdbc()
        .sql(
            "select id from migration where closed_at <= ? and removed_at is null and not exists"
                + " (select 1 from pass p where p.migration_id = migration.id and p.state <> 'ENDED')"
                + " order by id limit "
                + AT_ONCE)
        .param(before())
        .query(String.class)
        .list();
  }

  private void remove(String migration) {
    List<String> named =
        database
            .jdbc()
            .sql(
                "select distinct mailbox_id from migration_mailbox where migration_id = ? order by mailbox_id")
            .param(migration)
            .query(String.class)
            .list();
    for (String mailbox : named) {
      boolean unused =
          database.tryingAgain(
              () -> {
                removeMailbox(migration, mailbox);
                return true;
              });
    }
    boolean unused =
        database.tryingAgain(
            () -> {
              end(migration);
              return true;
            });
  }

  /** A mailbox that another migration names stays, and goes with the last one. */
  private void removeMailbox(String migration, String mailbox) {
    // Whoever opens a migration that names it has this lock, too.
    List<String> unused =
        database
            .jdbc()
            .sql("select id from mailbox where id = ? for update")
            .param(mailbox)
            .query(String.class)
            .list();
    int others =
        database
            .jdbc()
            .sql(
                "select count(*) from migration_mailbox where mailbox_id = ? and migration_id <> ?")
            .params(mailbox, migration)
            .query(Integer.class)
            .single();
    if (others > 0) {
      int unusedCount =
          database
              .jdbc()
              .sql("delete from migration_mailbox where mailbox_id = ? and migration_id = ?")
              .params(mailbox, migration)
              .update();
      return;
    }
    String folders = FOLDERS.formatted(SAME_DESTINATION.formatted("f"));
    Ledger.TABLES.forEach(
        table -> delete("delete from " + table + " where folder_pair_id in " + folders, mailbox));
    delete(
        "delete from move_journal where from_pair_id in "
            + folders
            + " or to_pair_id in "
            + folders,
        mailbox);
    delete("delete from folder_pair where id in " + folders, mailbox);
    BY_ACCOUNTS.forEach(
        table ->
            delete(
                "delete from "
                    + table
                    + " where exists (select 1 from mailbox m where m.id = :id and m.source_account = "
                    + table
                    + ".source_account and "
                    + SAME_DESTINATION.formatted(table)
                    + ")",
                mailbox));
    BY_COLLECTION.forEach(statement -> delete(statement, mailbox));
    BY_ACCOUNT.forEach(statement -> delete(statement, mailbox));
    BY_MAILBOX.forEach(statement -> delete(statement, mailbox));
  }

  private void end(String migration) {
    BY_MIGRATION.forEach(statement -> delete(statement, migration));
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    int ended =
        database
            .jdbc()
            .sql("update migration set removed_at = ? where id = ? and removed_at is null")
            .params(now, migration)
            .update();
    if (ended > 0) {
      events.add(
          "migration",
          "retention",
          migration,
          null,
          null,
          null,
          null,
          "what was known of its mailboxes is removed, %d days after it was closed"
              .formatted(keep.toDays()));
    }
  }

  private void delete(String statement, String id) {
    int unused = database.jdbc().sql(statement).param("id", id).update();
  }
}
