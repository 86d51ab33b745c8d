package org.mailcaravan.store;

/** What became of a source message. */
public enum Standing {
  /** We appended it. */
  COPIED("COPIED"),
  /** It was at the destination before us. */
  FOUND("FOUND"),
  /** Gmail shows it under another label, too, and it was copied from there. */
  OTHER_LABEL("ELSEWHERE");

  /** The word in the database; it never changes. */
  private final String stored;

  Standing(String stored) {
    this.stored = stored;
  }

  String stored() {
    return stored;
  }

  static Standing ofStored(String word) {
    for (Standing standing : values()) {
      if (standing.stored.equals(word)) {
        return standing;
      }
    }
    throw new IllegalArgumentException("no standing " + word);
  }
}
