package org.mailcaravan.model;

import java.util.Locale;

/** Why a pass waits in its row. */
public enum WaitsFor {
  /** For a worker: others are before it. */
  TURN,
  /** After a failure that often passes by itself. */
  RETRY,
  /** As long as a server asked for. */
  SERVER,
  /** As many passes of its source server run as may run at once, or nobody begins there now. */
  HOST,
  /** Another pass runs into the same account at the new server. */
  DESTINATION,
  /** For the start that its request asked for. */
  START,
  /** For its window to open. */
  WINDOW,
  /** For the look at both sides, before anything is copied. */
  PREFLIGHT,
  /** For the mailbox at the new server, which is not there yet. */
  MAILBOX,
  /** For the password of the mailbox at the old provider, which has not come yet. */
  PASSWORD,
  /** For a node: the one that has its files or its passwords. */
  NODE,
  /** For a person who has paused it. */
  RESUME;

  private final String id = name().toLowerCase(Locale.ROOT);

  /** The reason as JSON shows it. */
  public String id() {
    return id;
  }
}
