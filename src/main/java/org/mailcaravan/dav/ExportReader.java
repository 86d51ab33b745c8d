package org.mailcaravan.dav;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;

/**
 * Takes the exported files of one mailbox and kind apart, in bounded memory. It knows all of them,
 * so that what stands in two of them is given once. Not thread-safe.
 */
interface ExportReader extends Closeable {
  /**
   * The largest resource that is read, in octets of the file. Servers accept far less (RFC 6352 and
   * RFC 4791, max-resource-size), and it bounds the memory.
   */
  int LARGEST_RESOURCE = 10 << 20;

  /**
   * How many components are read of the files of one mailbox and kind. Of each a little is kept in
   * memory; few people have a tenth of that.
   */
  int MOST_COMPONENTS = 200_000;

  /**
   * The fewest characters of a UID that is taken to be unique in the world. Some programs number
   * what they export, so that different entries of two exports have one UID.
   */
  int SHORTEST_UNIQUE_UID = 16;

  /** Is given the parts of a file in the order in which they begin there. */
  interface Visitor {
    void resource(Resource resource);

    /** Something in the file could not be used; reading goes on behind it. */
    void broken(Problem problem);

    /**
     * The file says what the collection is called that it was exported from. Called at most once
     * for a file, before its first resource.
     *
     * @param name the display name (X-WR-CALNAME, or NAME of RFC 7986), or null
     * @param colour as it stands there (X-APPLE-CALENDAR-COLOR, or COLOR of RFC 7986), or null
     */
    default void collection(@Nullable String name, @Nullable String colour) {}

    /**
     * A resource stands in the files a second time, and was given already or will be.
     *
     * @param place where it stands again
     */
    default void repeated(Where place) {}

    /**
     * Something that nobody needs to fix: an entry of an archive that holds no cards, a card that
     * got another UID.
     *
     * @param note a sentence that begins with its place
     */
    default void note(String note) {}
  }

  /**
   * Reads a file to its end. Whatever stands in it, only the visitor throws.
   *
   * @param file one of those that it was opened with
   * @throws IOException when the file cannot be read
   */
  void read(Path file, Visitor visitor) throws IOException;

  /** Removes what was unpacked. */
  @Override
  void close();
}
