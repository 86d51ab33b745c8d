package org.mailcaravan.sync.session;

import org.mailcaravan.model.Mailbox;

/** The passes that run now. Thread-safe. */
public interface RunningPasses {
  /**
   * The running pass of a mailbox.
   *
   * @throws IllegalStateException when none was begun
   */
  MailboxSession of(Mailbox mailbox);

  /** Whether no pass is to get further than its beginning. */
  boolean isStopping();
}
