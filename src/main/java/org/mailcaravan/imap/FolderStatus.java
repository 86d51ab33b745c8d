package org.mailcaravan.imap;

import org.jspecify.annotations.Nullable;

/**
 * What STATUS or SELECT says of a folder. A number that the server did not give is -1.
 *
 * @param messages how many messages are in it
 * @param uidNext the lowest UID that the next message can get
 * @param uidValidity changes when messages get new UIDs (RFC 9051 section 2.3.1.1)
 * @param highestModSeq the highest mod-sequence of its messages (RFC 7162)
 * @param size octets of all messages, STATUS=SIZE (RFC 8438)
 * @param mailboxId stays the same when the folder is renamed (OBJECTID, RFC 8474); null when the
 *     server did not give it (we never ask Cyrus for it by STATUS)
 */
public record FolderStatus(
    long messages,
    long uidNext,
    long uidValidity,
    long highestModSeq,
    long size,
    @Nullable String mailboxId) {
  /** Whether it shows a change that another status does not show yet. */
  public boolean isAheadOf(FolderStatus other) {
    return isAhead(messages, other.messages)
        || isAhead(uidNext, other.uidNext)
        || isAhead(highestModSeq, other.highestModSeq)
        || (uidValidity > 0 && other.uidValidity > 0 && uidValidity != other.uidValidity);
  }

  private static boolean isAhead(long number, long other) {
    return other >= 0 && number > other;
  }
}
