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
   * Takes one literal in.
   *
   * @param size the octets that the server announced for this literal
   * @param in ends after {@code size} octets; may be left before its end, the connection then skips
   *     the rest
   */
  Content receive(long size, InputStream in) throws IOException;
}
