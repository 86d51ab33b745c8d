package org.mailcaravan.report;

/**
 * A file for a customer.
 *
 * @param name without a folder
 * @param type its media type, with the character set
 */
@SuppressWarnings("ArrayRecordComponent") // short-lived, never compared
public record CustomerFile(String name, String type, byte[] octets) {
  /** The list of what was not moved, and why. */
  public static final String NOT_MOVED = "not-moved.csv";

  /** Whether it is that list. */
  public boolean isNotMoved() {
    return name.equals(NOT_MOVED);
  }

  @Override
  public String toString() {
    return "the file " + name + " of " + octets.length + " octets";
  }
}
