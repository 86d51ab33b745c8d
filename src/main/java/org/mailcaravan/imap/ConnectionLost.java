package org.mailcaravan.imap;

import org.jspecify.annotations.Nullable;

/**
 * The connection ended or can no longer be trusted: closed, timed out, BYE, or an answer that is
 * not IMAP. What was under way may or may not have happened.
 */
public final class ConnectionLost extends ImapException {
  private static final long serialVersionUID = 1L;

  private final String bye;

  /**
   * @param bye the words of the server's BYE, or empty
   */
  public ConnectionLost(String message, String bye, @Nullable Throwable cause) {
    super(message, cause);
    this.bye = bye;
  }

  /** The words of the server's BYE, which often name the reason, or empty. */
  public String bye() {
    return bye;
  }
}
