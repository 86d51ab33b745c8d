package org.mailcaravan.imap;

import org.jspecify.annotations.Nullable;

/**
 * The root of what this package throws. Messages never hold a credential or anything of a mail's
 * contents.
 */
public abstract sealed class ImapException extends RuntimeException
    permits ConnectFailed, LoginRefused, CommandRefused, ConnectionLost {
  private static final long serialVersionUID = 1L;

  ImapException(String message) {
    super(message);
  }

  ImapException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
