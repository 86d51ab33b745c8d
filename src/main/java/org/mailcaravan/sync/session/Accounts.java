package org.mailcaravan.sync.session;

import org.mailcaravan.imap.Credentials;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Server;

/** How to log in on both sides of a mailbox. Thread-safe. */
public interface Accounts {
  /**
   * The login at the source.
   *
   * @throws org.mailcaravan.model.NeedsAttention when its credentials are not kept any more
   */
  Credentials source(Mailbox mailbox);

  /** Our server. */
  Server destination();

  /**
   * The login at the destination.
   *
   * @throws org.mailcaravan.model.NeedsAttention when its credentials are not kept any more
   */
  Credentials destination(Mailbox mailbox);
}
