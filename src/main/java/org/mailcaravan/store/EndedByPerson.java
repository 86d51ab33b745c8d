package org.mailcaravan.store;

import org.mailcaravan.model.MailboxState;

/** What becomes of a mailbox whose pass a person has ended. */
final class EndedByPerson {
  private EndedByPerson() {}

  /**
   * Cancelled, unless the person has closed the migration: then the mailbox stays what it is, with
   * or without mail at the new server.
   *
   * @param pass it may be on behalf of another migration than when it was claimed
   * @param copied how many messages the pass has copied
   */
  static MailboxState outcome(Database database, String mailbox, long pass, long copied) {
    boolean closed =
        database
                .jdbc()
                .sql(
                    "select count(*) from pass p join migration g on g.id = p.migration_id where p.id = ?"
                        + " and g.stage = 'CLOSED' and g.only_node is null")
                .param(pass)
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
