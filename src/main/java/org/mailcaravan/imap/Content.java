package org.mailcaravan.imap;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The octets of one message (or of its header), in memory or in a file. Can be read any number of
 * times until it is closed, or the batch is that it came with. Not thread-safe, but may be handed
 * from one thread to another.
 */
public interface Content extends AutoCloseable {
  /** How many octets {@link #writeTo} will write, exactly. */
  long size();

  /** Writes all octets to a stream. */
  void writeTo(OutputStream out) throws IOException;

  /** Frees the memory or deletes the file. Closing twice does nothing. */
  @Override
  void close();
}
