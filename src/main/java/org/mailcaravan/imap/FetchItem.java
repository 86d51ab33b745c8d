package org.mailcaravan.imap;

/** What to fetch of each message; UID comes always. */
public enum FetchItem {
  /** FLAGS. */
  FLAGS,
  /** INTERNALDATE. */
  INTERNALDATE,
  /** RFC822.SIZE. */
  SIZE,
  /** BODY.PEEK[HEADER]: the header alone, without setting \Seen. */
  HEADER,
  /** BODY.PEEK[]: the whole message, without setting \Seen. */
  MESSAGE
}
