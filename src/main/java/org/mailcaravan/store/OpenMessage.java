package org.mailcaravan.store;

/**
 * A source message that is not at the destination.
 *
 * @param reason the same for people, with the server's own words where there are any
 */
public record OpenMessage(Why why, String reason) {
  /** Why a message is open; a name is stored and has at most ten letters. */
  public enum Why {
    /** The destination refused it, and it is kept as a file. */
    SET_ASIDE,
    /** A server answers, and the message is not to be had from it or not to be stored there. */
    FAILED,
    /** The source breaks the connection, or asks for time, whenever it is asked for the message. */
    BROKEN_OFF,
    /** The destination may hold it already: it would be there twice if it were copied. */
    HELD,
    /** The destination said that it had stored it, and does not have it. */
    NOT_STORED
  }

  /** Open since the destination may hold it already. */
  public static final OpenMessage HELD =
      new OpenMessage(
          Why.HELD, "the new server may hold it already, and does not show all that it holds");

  /** Open since the destination does not have what it said it had stored. */
  public static final OpenMessage NOT_STORED =
      new OpenMessage(
          Why.NOT_STORED,
          "the new server said that it had stored this message, and it is in no folder there");

  /** Whether the destination refused it and it is kept as a file. */
  public boolean setAside() {
    return why == Why.SET_ASIDE;
  }

  /** Whether a server fails at it each time, so that it is tried last. */
  public boolean failed() {
    return why == Why.FAILED || why == Why.BROKEN_OFF;
  }
}
