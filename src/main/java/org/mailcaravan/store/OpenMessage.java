package org.mailcaravan.store;

/**
 * A source message that is not at the destination.
 *
 * @param setAside whether the destination refused it and it is kept as a file; otherwise the source
 *     could not give it
 * @param reason why, for people
 */
public record OpenMessage(boolean setAside, String reason) {
  /** Why a message is open that is not copied, since it might be there twice then. */
  public static final String HELD =
      "our server may hold it already, and does not show all that it holds";

  /** Why a message is open that the destination said it had stored. */
  public static final String NOT_STORED =
      "our server said that it had stored this message, and it is in no folder there";
}
