package org.mailcaravan.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mailcaravan.store.Database;

/**
 * Databases of data folders. The tables are made once for all tests of a process, since that takes
 * longer than many a test.
 */
final class FreshDatabase {
  private static final String FILE = "mailcaravan.mv.db";
  private static final byte[] EMPTY = empty();

  private FreshDatabase() {}

  private static byte[] empty() {
    try {
      Path folder = Files.createTempDirectory("mailcaravan-empty");
      Database.inFolder(folder).close();
      byte[] octets = Files.readAllBytes(folder.resolve(FILE));
      Files.delete(folder.resolve(FILE));
      Files.delete(folder);
      return octets;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The database of a folder, which is made when it is missing. */
  static Database in(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      if (Files.notExists(file)) {
        Files.write(file, EMPTY);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Database.inFolder(folder);
  }
}
