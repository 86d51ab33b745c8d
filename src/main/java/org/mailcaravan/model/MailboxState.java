package org.mailcaravan.model;

/** Where a mailbox stands. {@link #mayBecome} is the one place that says what may follow what. */
public enum MailboxState {
  /** Accepted, waiting for its turn. */
  QUEUED,
  /** A pass is running. */
  COPYING,
  /** The last pass ended and everything arrived. */
  COPIED,
  /** The last pass ended, mail was copied, and something in it needs attention. */
  INCOMPLETE,
  /** Nothing could be copied: a wrong password, an unreachable server. */
  BLOCKED,
  /** The last pass was ended by a fault of ours. */
  FAULT;

  /** Whether no pass is waiting or running. */
  public boolean isSettled() {
    return this != QUEUED && this != COPYING;
  }

  /** Whether a mailbox in this state may be put into the next. */
  public boolean mayBecome(MailboxState next) {
    return switch (this) {
      // A killed process leaves COPYING behind; the next start queues the mailbox again.
      case QUEUED -> next == COPYING;
      case COPYING -> next != COPYING;
      case COPIED, INCOMPLETE, BLOCKED, FAULT -> next == QUEUED;
    };
  }
}
