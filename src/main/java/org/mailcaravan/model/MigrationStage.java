package org.mailcaravan.model;

import java.util.Locale;

/** Where a migration is in its life. {@link #mayBecome} defines all transitions. */
public enum MigrationStage {
  /** For its turn, or for the look at both sides. */
  WAITING,
  /** For the start that its request asked for. */
  WAITING_FOR_START,
  /** For its window to open. */
  WAITING_FOR_WINDOW,
  /** For a mailbox that is not at the new server yet. */
  WAITING_FOR_MAILBOX,
  /** For a password that has not come yet. */
  WAITING_FOR_PASSWORD,
  /** First passes run. */
  COPYING,
  /** Nothing goes on by itself until a person does something. */
  NEEDS_ATTENTION,
  /** Each mailbox has its first pass behind it; mail may still come to the old server. */
  WAITING_FOR_CUTOVER,
  /** All mail comes to us; passes look whether the old server is quiet. */
  FINAL_PASSES,
  /** All has arrived, or a person said so; its secrets are purged. */
  CLOSED,
  /** A person has cancelled it. */
  CANCELLED;

  private final String id = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The stage as JSON shows it: {@code waiting-for-cutover}. */
  public String id() {
    return id;
  }

  /** Whether nothing is done for it any more, unless a person or a request wants it. */
  public boolean isOver() {
    return this == CLOSED || this == CANCELLED;
  }

  /** Whether a migration may change from this stage to another. */
  public boolean mayBecome(MigrationStage next) {
    return next != this
        && switch (this) {
          // A retry opens it again; its secrets are purged some time after.
          case CANCELLED -> true;
          // Its mailboxes are opened by a new request, which is a migration of its own.
          case CLOSED -> false;
          default -> true;
        };
  }
}
