package org.mailcaravan.sync.session;

import org.mailcaravan.model.Mailbox;
import org.mailcaravan.store.Database;

/** The passes that run now. Thread-safe. */
public interface RunningPasses {
  /**
   * The running pass of a mailbox.
   *
   * @throws IllegalStateException when none was begun
   */
  MailboxSession of(Mailbox mailbox);

  /** The database for what a running pass records: it refuses to who has lost the pass. */
  Database database(Mailbox mailbox);
}
