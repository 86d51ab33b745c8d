package org.mailcaravan.sync.messages;

/**
 * What was seen of a message while it came, apart from its digests.
 *
 * @param lineFeeds all LF
 * @param bareLineFeeds those without a CR before
 * @param hasBody whether anything but empty lines follows the header
 * @param hasNul whether it has a NUL, which servers change or refuse
 * @param hasEightBitHeader whether an octet above 127 is in its header, likewise
 * @param endsLine whether its last octet is an LF
 */
public record ContentShape(
    long lineFeeds,
    long bareLineFeeds,
    boolean hasBody,
    boolean hasNul,
    boolean hasEightBitHeader,
    boolean endsLine) {

  /** Whether some servers are known to store such a message otherwise and say nothing. */
  public boolean isDelicate() {
    return hasNul || hasEightBitHeader;
  }
}
