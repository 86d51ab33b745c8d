package org.mailcaravan.model;

import java.util.Locale;

/** The state of a mailbox. {@link #mayBecome} defines all transitions. */
public enum MailboxState {
  /** Waiting for a pass. */
  QUEUED,
  /** A pass is running. */
  COPYING,
  /** The last pass ended and everything arrived. */
  COPIED,
  /** The last pass ended, mail was copied, and something in it needs attention. */
  INCOMPLETE,
  /** Nothing could be copied: a wrong password, an unreachable server. */
  BLOCKED,
  /** An error in this program ended the last pass. */
  FAULT,
  /** A person has cancelled it. A retry or a request that names it queues it again. */
  CANCELLED;

  private final String id = name().toLowerCase(Locale.ROOT);

  /** The state as JSON shows it. */
  public String id() {
    return id;
  }

  /** Whether a mailbox may change from this state to another. */
  public boolean mayBecome(MailboxState next) {
    return switch (this) {
      // A killed process leaves COPYING behind; the next start queues the mailbox again.
      case QUEUED -> next == COPYING || next == CANCELLED;
      case COPYING -> next != COPYING;
      case COPIED, INCOMPLETE, BLOCKED, FAULT -> next == QUEUED || next == CANCELLED;
      case CANCELLED -> next == QUEUED;
    };
  }
}
