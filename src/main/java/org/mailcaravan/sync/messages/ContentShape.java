package org.mailcaravan.sync.messages;

/**
 * Properties of a message that were noted while it streamed through, apart from its digests.
 *
 * @param lineFeeds number of all LF
 * @param bareLineFeeds number of LF without a CR before
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

  /** Whether some servers change such a message when they store it, without a word. */
  public boolean isDelicate() {
    return hasNul || hasEightBitHeader;
  }
}
