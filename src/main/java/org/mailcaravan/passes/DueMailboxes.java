package org.mailcaravan.passes;

import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;

/** Where workers get one mailbox after the other that something is to be done with. */
public interface DueMailboxes {
  /** Waits for one that is due, and takes it; null when the program stops. */
  @Nullable Mailbox next() throws InterruptedException;

  /**
   * Gives back what was taken with this very object, if the routes have not begun it.
   *
   * @return whether there was one
   */
  boolean giveBackUnbegun(Mailbox mailbox);

  /** Takes nothing more. */
  void endLooking();
}
