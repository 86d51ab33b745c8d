package org.mailcaravan.dav;

import java.io.IOException;
import java.nio.file.Path;
import org.mailcaravan.model.Problem;

/** Takes an exported file apart, in bounded memory. */
interface ExportReader {
  /**
   * The largest resource that is read, in octets of the file. Servers accept far less (RFC 6352 and
   * RFC 4791, max-resource-size), and it bounds the memory.
   */
  int LARGEST_RESOURCE = 10 << 20;

  /** Is given the parts of a file in the order in which they begin there. */
  interface Visitor {
    void resource(Resource resource);

    /** Something in the file could not be used; reading goes on behind it. */
    void broken(Problem problem);
  }

  /**
   * Reads a file to its end. Whatever stands in it, only the visitor throws.
   *
   * @throws IOException when the file cannot be read
   */
  void read(Path file, Visitor visitor) throws IOException;
}
