package org.mailcaravan.store;

import org.mailcaravan.imap.FolderStatus;

/**
 * How a source folder stood when everything in it was last accounted for. A number that is unknown
 * is -1.
 *
 * @param highestModSeq CONDSTORE (RFC 7162); what changed later has a higher one
 */
public record Stamp(long uidNext, long messages, long highestModSeq) {
  /** Nothing is known. */
  public static final Stamp NONE = new Stamp(-1, -1, -1);

  /** What a status tells. */
  public static Stamp of(FolderStatus status) {
    return new Stamp(status.uidNext(), status.messages(), status.highestModSeq());
  }
}
