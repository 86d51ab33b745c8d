package org.mailcaravan.dav;

import org.mailcaravan.model.Mailbox;

/** Knows the CardDAV and CalDAV account of a mailbox. Must be thread-safe. */
public interface DavAccounts {
  /**
   * The account that the contacts and events of a mailbox go to.
   *
   * @throws org.mailcaravan.model.NeedsAttention when there is none, or no password for it
   */
  DavAccount accountFor(Mailbox mailbox);
}
