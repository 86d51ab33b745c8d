package org.mailcaravan.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mailcaravan.model.Parts;
import org.mailcaravan.model.Side;

/**
 * How many passwords that came by mail, in answers and in requests, were tried for each account, at
 * its old provider and at the new server: these lock accounts after a few wrong ones, and nobody is
 * to guess through us. Each trial is an event before it begins, so that neither a kill nor another
 * node makes it uncounted. Thread-safe.
 */
public final class PasswordTrials {
  /** Within an hour, since one of them went well. */
  static final int MOST = 3;

  private static final int AT_ONCE = 1000;

  private static final Map<Side, Kinds> KINDS =
      Map.of(
          Side.SOURCE,
          new Kinds("source_account", "password-tried", "password-taken"),
          Side.DESTINATION,
          new Kinds(
              "destination_account", "destination-password-tried", "destination-password-taken"));

  private final Database database;
  private final Events events;

  /**
   * The column of an account, and the events of its passwords: one side proves none of the other.
   */
  private record Kinds(String account, String tried, String taken) {}

  public PasswordTrials(Database database, Events events) {
    this.database = database;
    this.events = events;
  }

  /** The kind of an event: a login with a new password has gone well. */
  public static String takenAt(Side side) {
    return kinds(side).taken;
  }

  private static Kinds kinds(Side side) {
    return Objects.requireNonNull(KINDS.get(side));
  }

  /** Whether another password of a mailbox, or of one with the same account, may be tried now. */
  public boolean mayTry(String mailboxId, Side side) {
    List<String> accounts =
        database
            .jdbc()
            .sql("select %s from mailbox where id = ?".formatted(kinds(side).account))
            .param(mailboxId)
            .query(String.class)
            .list();
    return tried(accounts, side).values().stream().allMatch(tried -> tried < MOST);
  }

  /** How many passwords count for each of some accounts; without those that have none. */
  Map<String, Integer> tried(Collection<String> accounts, Side side) {
    Map<String, Integer> tried = new HashMap<>();
    List<String> asked = accounts.stream().distinct().toList();
    for (List<String> some : Parts.of(asked, AT_ONCE)) {
      count(some, kinds(side), tried);
    }
    return tried;
  }

  private void count(List<String> accounts, Kinds kinds, Map<String, Integer> tried) {
    database
        .jdbc()
        .sql(
            ("select m.%1$s, e.kind from mailbox m join event e on e.mailbox_id = m.id"
                    + " where m.%1$s in (:accounts) and e.kind in (:kinds)"
                    + " and e.at > current_timestamp - interval '1' hour order by e.number")
                .formatted(kinds.account))
        .param("accounts", accounts)
        .param("kinds", List.of(kinds.tried, kinds.taken))
        .query(
            row -> {
              if (row.getString(2).equals(kinds.tried)) {
                tried.merge(row.getString(1), 1, Integer::sum);
              } else {
                tried.remove(row.getString(1));
              }
            });
  }

  /** The accounts of some mailboxes, by their ids, where another mailbox has the same, too. */
  public Map<String, String> known(Collection<String> mailboxIds, Side side) {
    Map<String, String> accounts = new HashMap<>();
    if (!mailboxIds.isEmpty()) {
      database
          .jdbc()
          .sql(
              ("select m.id, m.%1$s from mailbox m where m.id in (:mailboxes) and exists (select 1 from mailbox o"
                      + " where o.%1$s = m.%1$s and o.id <> m.id)")
                  .formatted(kinds(side).account))
          .param("mailboxes", mailboxIds)
          .query(
              row -> {
                accounts.put(row.getString(1), row.getString(2));
              });
    }
    return accounts;
  }

  /** A password is tried next. */
  public void tried(String mailboxId, Side side, String actor) {
    add(kinds(side).tried, mailboxId, actor, "a password from a mail is tried");
  }

  /** It went well. */
  public void taken(String mailboxId, Side side, String actor) {
    add(kinds(side).taken, mailboxId, actor, "a password from a mail is kept");
  }

  private void add(String kind, String mailboxId, String actor, String what) {
    events.add(kind, actor, null, mailboxId, null, null, null, what);
  }
}
