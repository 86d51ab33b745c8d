package org.mailcaravan.store;

import org.mailcaravan.model.MailboxState;

/** What becomes of a mailbox whose pass a person has ended. */
final class EndedByPerson {
  private EndedByPerson() {}

  /**
   * Cancelled, unless the person has closed the migration: then the mailbox stays what it is, with
   * or without mail at the new server.
   *
   * @param copied how many messages the pass has copied
   */
  static MailboxState outcome(Database database, String mailbox, String migration, long copied) {
    boolean closed =
        database
                .jdbc()
                .sql(
                    "select count(*) from migration where id = ? and stage = 'CLOSED' and only_node is null")
                .param(migration)
                .query(Integer.class)
                .single()
            > 0;
    if (!closed) {
      return MailboxState.CANCELLED;
    }
    boolean before =
        database
            .jdbc()
            .sql("select copied_before from mailbox where id = ?")
            .param(mailbox)
            .query(Boolean.class)
            .single();
    return before || copied > 0 ? MailboxState.INCOMPLETE : MailboxState.BLOCKED;
  }
}
