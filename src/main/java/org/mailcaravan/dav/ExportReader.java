package org.mailcaravan.dav;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;

/**
 * Splits the exported files of one mailbox and kind into resources, in bounded memory. It is opened
 * with all of the files, so a resource that is in two of them is given once. Not thread-safe.
 */
interface ExportReader extends Closeable {
  /**
   * Limit of one resource, in octets of the file. It bounds the memory; servers accept far less
   * (RFC 6352 and RFC 4791, max-resource-size).
   */
  int LARGEST_RESOURCE = 10 << 20;

  /**
   * Limit of components in the files of one mailbox and kind. It bounds the memory; few people have
   * a tenth as many.
   */
  int MOST_COMPONENTS = 200_000;

  /**
   * Length in characters from which a UID counts as globally unique. Some programs just number the
   * entries that they export, so different entries can have the same short UID.
   */
  int SHORTEST_UNIQUE_UID = 16;

  /** Receives what is in a file, in the order of the file. */
  interface Visitor {
    void resource(Resource resource);

    /** Something in the file could not be used; reading goes on after it. */
    void broken(Problem problem);

    /**
     * The file tells the name or colour of the collection that it was exported from. Called at most
     * once for a file, before its first resource.
     *
     * @param name the display name (X-WR-CALNAME, or NAME of RFC 7986), or null
     * @param colour as written (X-APPLE-CALENDAR-COLOR, or COLOR of RFC 7986), or null
     */
    default void collection(@Nullable String name, @Nullable String colour) {}

    /**
     * A resource is in the files a second time; its first copy is given once.
     *
     * @param place where the second copy is
     */
    default void repeated(Where place) {}

    /**
     * Something that nobody needs to fix, such as an archive entry without cards or a card that got
     * another UID.
     *
     * @param note a sentence that begins with its place
     */
    default void note(String note) {}
  }

  /**
   * Reads a file to its end. Its contents never cause an exception, except from the visitor.
   *
   * @param file one of the files that the reader was opened with
   * @throws IOException when the file cannot be read
   */
  void read(Path file, Visitor visitor) throws IOException;

  /** Deletes what was unpacked. */
  @Override
  void close();
}
