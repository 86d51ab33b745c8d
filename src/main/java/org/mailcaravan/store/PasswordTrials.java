package org.mailcaravan.store;

/**
 * How many passwords that came by mail were tried for each mailbox: old providers lock accounts
 * after a few wrong ones, and nobody is to guess through us. Each trial is an event before it
 * begins, so that neither a kill nor another node makes it uncounted. Thread-safe.
 */
public final class PasswordTrials {
  /** Within an hour, since one of them went well. */
  private static final int MOST = 3;

  private static final String TRIED = "password-tried";
  private static final String TAKEN = "password-taken";

  private final Database database;
  private final Events events;

  public PasswordTrials(Database database, Events events) {
    this.database = database;
    this.events = events;
  }

  /** Whether another password of a mailbox may be tried now. */
  public boolean mayTry(String mailboxId) {
    return database
            .jdbc()
            .sql(
                "select count(*) from event where mailbox_id = :mailbox and kind = :tried"
                    + " and at > current_timestamp - interval '1' hour and number > coalesce((select"
                    + " max(number) from event where mailbox_id = :mailbox and kind = :taken), 0)")
            .param("mailbox", mailboxId)
            .param("tried", TRIED)
            .param("taken", TAKEN)
            .query(Integer.class)
            .single()
        < MOST;
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
