package org.mailcaravan.imap;

import java.io.IOException;

/** The server sent something that is not IMAP; the connection cannot be trusted any more. */
class ProtocolFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was expected; never what was received, which may be part of a mail
   */
  ProtocolFailure(String message) {
    super(message);
  }
}
