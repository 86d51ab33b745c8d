package org.mailcaravan.imap;

import java.io.IOException;
import java.io.InputStream;

/**
 * Decides where the octets of fetched messages are kept. Called on a connection's reader thread.
 */
@FunctionalInterface
public interface ContentStore {
  /** For fetches that ask for no content. */
  ContentStore NONE =
      (size, in) -> {
        throw new IllegalStateException("content was not asked for");
      };

  /**
   * Stores one literal.
   *
   * @param size the octets that the server announced for this literal
   * @param in ends after {@code size} octets; what is left unread is skipped
   */
  Content receive(long size, InputStream in) throws IOException;
}
