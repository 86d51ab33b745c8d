package org.mailcaravan.sync.session;

import org.mailcaravan.imap.Credentials;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Server;

/** What to log in with, on both sides of a mailbox. Thread-safe. */
public interface AccountCredentials {
  /**
   * The credentials for the source.
   *
   * @throws org.mailcaravan.model.NeedsAttention when its credentials are not kept any more
   */
  Credentials source(Mailbox mailbox);

  /** The new server. */
  Server destinationServer();

  /**
   * The credentials for the destination.
   *
   * @throws org.mailcaravan.model.NeedsAttention when its credentials are not kept any more
   */
  Credentials destination(Mailbox mailbox);
}
