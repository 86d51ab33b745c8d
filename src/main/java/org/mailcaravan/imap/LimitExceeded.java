package org.mailcaravan.imap;

/** The server sends more than any mailbox has; it may be IMAP, but nothing would hold it all. */
final class LimitExceeded extends ProtocolFailure {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what there is too much of, such as {@code more than 100000 folders}
   */
  LimitExceeded(String message) {
    super(message);
  }
}
