package org.mailcaravan.dav;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;

/** Gives the CardDAV and CalDAV accounts of mailboxes. Must be thread-safe. */
public interface DavAccounts {
  /**
   * The account at the destination.
   *
   * @throws org.mailcaravan.model.NeedsAttention when there is none, or no password for it
   */
  DavAccount accountFor(Mailbox mailbox);

  /**
   * The account at the old provider.
   *
   * @param url where discovery begins, or null for the domain of the address
   * @throws org.mailcaravan.model.NeedsAttention when its password was deleted
   */
  ProviderImport.Source sourceFor(Mailbox mailbox, @Nullable URI url);
}
