package org.mailcaravan.imap;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The octets of one message (or of its header), in memory or in a file. Can be read any number of
 * times, until it or the batch that it came with is closed. Not thread-safe, but may pass from one
 * thread to another.
 */
public interface Content extends AutoCloseable {
  /** The exact number of octets that {@link #writeTo} writes. */
  long size();

  /** Writes all octets to a stream. */
  void writeTo(OutputStream out) throws IOException;

  /** Frees the memory or deletes the file. Closing twice does nothing. */
  @Override
  void close();
}
