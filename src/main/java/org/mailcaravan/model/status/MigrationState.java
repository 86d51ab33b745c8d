package org.mailcaravan.model.status;

import java.util.Locale;

/** Where a migration stands. */
public enum MigrationState {
  /** None of its mailboxes runs, and some wait. */
  WAITING,
  /** At least one of its mailboxes runs. */
  RUNNING,
  /** A person has paused it, and what ran of it has stopped. */
  PAUSED,
  /** All of its passes have ended, and everything arrived. */
  ENDED,
  /** All of its passes have ended, and a mailbox or a rejected row needs a person. */
  ATTENTION,
  /** A person has cancelled it, and what ran of it has stopped. */
  CANCELLED;

  private final String id = name().toLowerCase(Locale.ROOT);

  /** The state as JSON shows it. */
  public String id() {
    return id;
  }
}
