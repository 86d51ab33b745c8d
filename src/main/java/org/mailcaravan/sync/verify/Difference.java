package org.mailcaravan.sync.verify;

import org.mailcaravan.model.FolderCertificate.Finding;
import org.mailcaravan.model.FolderCertificate.Listed;
import org.mailcaravan.model.Side;

/**
 * How a copy differs from its message.
 *
 * @param words the same as a sentence
 */
record Difference(Finding finding, String words) {
  /** The copy is as the source gave the message once, and not again. */
  static final Difference GIVEN_OTHERWISE =
      new Difference(
          Finding.GIVEN_OTHERWISE,
          "the old provider gave other octets of it when it was asked again; the copy is as it gave them once");

  /** It has lost or got something, and nobody knows what. */
  static final Difference OF_CONTENT = ofContent("");

  /** It has lost or got something. */
  static Difference ofContent(String more) {
    return new Difference(
        Finding.OTHER, "its content at the new server is not that at the source" + more);
  }

  static Difference ofDate(String was, String now) {
    return new Difference(
        Finding.OTHER_DATE,
        "its date (INTERNALDATE) is " + was + " at the source and " + now + " at the new server");
  }

  /** One side does not give the message, so that nobody knows. */
  static Difference notGiven(Side side) {
    return new Difference(
        findingOf(side), "its content could not be compared: " + side.words() + " did not give it");
  }

  /** What is found where a side does not give a message. */
  static Finding findingOf(Side side) {
    return side == Side.SOURCE ? Finding.NOT_GIVEN_BY_SOURCE : Finding.NOT_GIVEN_BY_DESTINATION;
  }

  Difference and(String more) {
    return new Difference(finding, words + more);
  }

  /** As an earlier comparison listed it. */
  static Difference of(Listed listed) {
    return new Difference(listed.finding(), listed.detail());
  }
}
