package org.mailcaravan.imap;

import org.jspecify.annotations.Nullable;

/**
 * The root of the exceptions of this package. Messages never hold a credential or a part of a mail.
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
