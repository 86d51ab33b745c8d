package org.mailcaravan.sync;

import org.mailcaravan.model.Mailbox;

/** A body of the routes that belongs to one mailbox. */
public interface OfMailbox {
  /** The mailbox it belongs to. */
  Mailbox mailbox();
}
