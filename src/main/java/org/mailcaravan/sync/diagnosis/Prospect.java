package org.mailcaravan.sync.diagnosis;

/** What becomes of a refusal with time. */
public enum Prospect {
  /**
   * The server asks for time, whatever we ask for: nothing is said about the command or its
   * messages, and nothing may be asked for until the time is over.
   */
  PATIENCE,
  /**
   * This command may work later. When it does not, what it asks for may be at fault, such as one
   * message of a set.
   */
  MAY_PASS,
  /** It stays refused until somebody does something. */
  PERMANENT
}
