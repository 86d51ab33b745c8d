package org.mailcaravan.model;

/** What a source server did that says: fewer at once, or not now. */
public enum HostFailure {
  /** It refused one more connection. */
  TOO_MANY_CONNECTIONS("it refused more connections"),
  /** It slowed down on purpose, or said that a limit was reached. */
  THROTTLED("it limits what it gives"),
  /** It said when to come back. */
  BACK_OFF("it asked to come back later"),
  /** It closed the connection at the login or before. */
  BYE_AT_LOGIN("it closed the connection at the login"),
  /** It could not be reached, or said nothing. */
  SILENT("it does not answer");

  private final String words;

  HostFailure(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }

  /** Whether nothing at all can be done there, if it goes on like this. */
  public boolean isOutage() {
    return this == BYE_AT_LOGIN || this == SILENT;
  }
}
