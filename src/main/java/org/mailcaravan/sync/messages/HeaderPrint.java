package org.mailcaravan.sync.messages;

import org.mailcaravan.model.Fingerprint;

/**
 * Digests of the header of a message.
 *
 * @param fingerprint without the body
 * @param hasMessageId whether the header alone tells the message from others
 * @param longName what names the message, in 64 bits: its Message-ID, or date, sender and subject
 *     where it has none
 * @param way of the Received lines, in 32 bits
 */
public record HeaderPrint(Fingerprint fingerprint, boolean hasMessageId, long longName, int way) {
  /** The first 32 bits of its name, for tables of many messages. */
  public int name() {
    return shortName(longName);
  }

  public static int shortName(long longName) {
    return (int) (longName >>> Integer.SIZE);
  }

  public String header() {
    return fingerprint.header();
  }

  /** Whether there is a name. */
  public boolean isNamed() {
    return hasMessageId || fingerprint.fields() != null;
  }
}
