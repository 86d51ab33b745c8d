package org.mailcaravan.sync.copy;

import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * What still fits into a mailbox of the destination that is full, as its refusals tell: only what
 * is smaller than the smallest message that was refused is tried, and after some refusals nothing
 * more in this pass. Thread-safe.
 */
public final class Room {
  /** Each of these has met a smaller message than the one before. */
  private static final int MOST_REFUSALS = 12;

  private long below = Long.MAX_VALUE;
  private int refusals;
  private @Nullable ServerRefusal words;

  /** That of a pass. */
  public static Room of(MailboxSession session) {
    return session.ofPass(Room.class, Room::new);
  }

  /** A message, or several together, were refused for want of room. */
  public synchronized void refused(ServerRefusal refusal) {
    if (words == null) {
      words = refusal;
    }
  }

  /** A message of this size was refused alone. */
  public synchronized void refused(ServerRefusal refusal, long size) {
    refused(refusal);
    below = Math.min(below, size);
    refusals++;
  }

  /** Whether the destination has refused anything for want of room. */
  public synchronized boolean isShort() {
    return words != null;
  }

  /** Whether a message of this size is worth a try. */
  public synchronized boolean mayTake(long size) {
    return refusals < MOST_REFUSALS && size < below;
  }

  /** What the destination said first, or null as long as there is room. */
  public synchronized @Nullable ServerRefusal words() {
    return words;
  }
}
