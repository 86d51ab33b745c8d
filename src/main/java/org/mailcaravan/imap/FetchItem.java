package org.mailcaravan.imap;

/** What to fetch of each message, besides its UID. */
public enum FetchItem {
  FLAGS,

  INTERNALDATE,
  /** RFC822.SIZE. */
  SIZE,
  /**
   * MODSEQ (RFC 7162); asked for only where CONDSTORE or QRESYNC is advertised. A folder that keeps
   * none ({@link FolderStatus#highestModSeq} is -1) may answer BAD.
   */
  MODSEQ,
  /**
   * An id that stays the same when the message is moved or copied: EMAILID where OBJECTID (RFC
   * 8474) is advertised, else X-GM-MSGID where X-GM-EXT-1 (Gmail) is, else nothing is asked for.
   */
  EMAIL_ID,
  /** BODY.PEEK[HEADER]: the header alone, without setting \Seen. */
  HEADER,
  /** BODY.PEEK[TEXT]: what follows the header, without setting \Seen. */
  TEXT,
  /** BODY.PEEK[]: the whole message, without setting \Seen. */
  MESSAGE
}
