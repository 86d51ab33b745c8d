package org.mailcaravan.store;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.mailcaravan.model.RequestRow;

/**
 * How many passwords that came by mail, in answers and in requests, were tried for each account at
 * an old provider: these lock accounts after a few wrong ones, and nobody is to guess through us.
 * Each trial is an event before it begins, so that neither a kill nor another node makes it
 * uncounted. Thread-safe.
 */
public final class PasswordTrials {
  /** The kind of an event: a login with a new password has gone well. */
  public static final String TAKEN = "password-taken";

  /** Within an hour, since one of them went well. */
  private static final int MOST = 3;

  private static final String TRIED = "password-tried";

  private final Database database;
  private final Events events;

  public PasswordTrials(Database database, Events events) {
    this.database = database;
    this.events = events;
  }

  /** Whether another password of a mailbox, or of one with the same source, may be tried now. */
  public boolean mayTry(String mailboxId) {
    return mayTry(
        database
            .jdbc()
            .sql(
                "select o.id from mailbox m join mailbox o on o.source_account = m.source_account"
                    + " where m.id = ?")
            .param(mailboxId)
            .query(String.class)
            .list());
  }

  /** Whether the password of a row may be tried now. */
  public boolean mayTry(RequestRow row) {
    return mayTry(
        database
            .jdbc()
            .sql("select id from mailbox where source_account = ?")
            .param(NamedMailboxes.accounts(row).source())
            .query(String.class)
            .list());
  }

  private boolean mayTry(List<String> mailboxIds) {
    return mailboxIds.isEmpty()
        || database
                .jdbc()
                .sql(
                    "select count(*) from event where mailbox_id in (:mailboxes) and kind = :tried"
                        + " and at > current_timestamp - interval '1' hour"
                        + " and number > coalesce((select max(number) from event"
                        + " where mailbox_id in (:mailboxes) and kind = :taken"
                        + " and at > current_timestamp - interval '1' hour), 0)")
                .param("mailboxes", mailboxIds)
                .param("tried", TRIED)
                .param("taken", TAKEN)
                .query(Integer.class)
                .single()
            < MOST;
  }

  /** Those of some mailboxes whose source another mailbox has, too. */
  public Set<String> ofKnownSources(Collection<String> mailboxIds) {
    return mailboxIds.isEmpty()
        ? Set.of()
        : Set.copyOf(
            database
                .jdbc()
                .sql(
                    "select m.id from mailbox m where m.id in (:mailboxes) and exists (select 1 from mailbox o"
                        + " where o.source_account = m.source_account and o.id <> m.id)")
                .param("mailboxes", mailboxIds)
                .query(String.class)
                .list());
  }

  /** A password is tried next. */
  public void tried(String mailboxId, String actor) {
    events.add(TRIED, actor, null, mailboxId, null, null, null, "a password from a mail is tried");
  }

  /** It went well. */
  public void taken(String mailboxId, String actor) {
    events.add(TAKEN, actor, null, mailboxId, null, null, null, "a password from a mail is kept");
  }
}
