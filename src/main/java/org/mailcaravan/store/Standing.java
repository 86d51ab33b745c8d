package org.mailcaravan.store;

/** What became of a source message. */
public enum Standing {
  /** We appended it. */
  COPIED,
  /** It was at the destination before us. */
  FOUND,
  /** Another folder holds it too, as Gmail's labels do, and it was copied from there. */
  ELSEWHERE
}
