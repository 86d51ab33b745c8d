package org.mailcaravan.dav;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;

/** Knows the CardDAV and CalDAV account of a mailbox. Must be thread-safe. */
public interface DavAccounts {
  /**
   * The account that the contacts and events of a mailbox go to.
   *
   * @throws org.mailcaravan.model.NeedsAttention when there is none, or no password for it
   */
  DavAccount accountFor(Mailbox mailbox);

  /**
   * The account at the old provider that contacts and events are fetched from.
   *
   * @param url where to begin to look, or null for the domain of the address
   * @throws org.mailcaravan.model.NeedsAttention when its password is not kept any more
   */
  ProviderImport.Source sourceFor(Mailbox mailbox, @Nullable URI url);
}
