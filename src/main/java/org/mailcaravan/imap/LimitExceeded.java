package org.mailcaravan.imap;

/**
 * The server sends more than any real mailbox has. It may be IMAP, but memory would not hold it.
 */
final class LimitExceeded extends ProtocolFailure {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is too much, such as {@code more than 100000 folders}
   */
  LimitExceeded(String message) {
    super(message);
  }
}
