package org.mailcaravan.passes;

import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;

/** Where workers get one mailbox after the other that something is to be done with. */
public interface DueMailboxes {
  /**
   * A look of one consumer, for {@link #next}.
   *
   * @param atOnce how many mailboxes of this node are under way at most, those that other consumers
   *     have taken included; 1 or more
   */
  Looking looking(int atOnce);

  /**
   * Waits for one that is due and for a place, and takes it; null when the look or the program
   * ends. Whoever gets one calls {@link Looking#done} when it is under way no more.
   */
  @Nullable Mailbox next(Looking by) throws InterruptedException;

  /**
   * Gives back what was taken with this very object, if the routes have not begun it.
   *
   * @return whether there was one
   */
  boolean giveBackUnbegun(Mailbox mailbox);
}
