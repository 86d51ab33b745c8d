package org.mailcaravan.sync.copy;

import java.util.concurrent.atomic.AtomicInteger;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Whether a message that the destination refuses is worth a connection of its own: what a server
 * cannot take on one connection it may take on another. For one pass; thread-safe.
 */
final class NewConnections {
  /** After so many connections in vain, what is refused is refused on each. */
  private static final int MOST_IN_VAIN = 3;

  /** How many in a row did not help; below 0 once one has helped. */
  private final AtomicInteger inVain = new AtomicInteger();

  /** Those of a pass. */
  static NewConnections of(MailboxSession session) {
    return session.ofPass(NewConnections.class, NewConnections::new);
  }

  boolean areWorthwhile() {
    return inVain.get() < MOST_IN_VAIN;
  }

  /** Whether the destination has taken on a new connection what it had refused on another. */
  boolean haveHelped() {
    return inVain.get() < 0;
  }

  /** A message that was refused was sent first on a new connection. */
  void tried(boolean taken) {
    inVain.updateAndGet(before -> taken ? Integer.MIN_VALUE : before < 0 ? 1 : before + 1);
  }
}
