package org.mailcaravan;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/**
 * A data folder that this program alone uses. Programs that share a PostgreSQL have a data folder
 * each; an embedded database keeps others out of its folder by itself. The system gives the lock
 * back when the program ends, however it ends.
 */
final class FolderLock implements AutoCloseable {
  private static final String FILE = "program.lock";

  private final FileChannel file;

  private FolderLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Locks the folder.
   *
   * @throws RequestRejected when another program uses it, or it cannot be locked
   */
  static FolderLock in(Path dataFolder) {
    return tryIn(dataFolder)
        .orElseThrow(
            () ->
                new RequestRejected(
                    new Problem(
                        Where.dataFolder(dataFolder),
                        "it is in use by another Mail Caravan",
                        Owner.US,
                        "Give each program a data folder of its own (--data or data.folder).")));
  }

  /**
   * Locks the folder; empty when another program uses it.
   *
   * @throws RequestRejected when it cannot be locked
   */
  static Optional<FolderLock> tryIn(Path dataFolder) {
    try {
      FileChannel file =
          FileChannel.open(
              dataFolder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isLocked(file)) {
        return Optional.of(new FolderLock(file));
      }
      file.close();
      return Optional.empty();
    } catch (IOException e) {
      throw new RequestRejected(
          new Problem(
              Where.dataFolder(dataFolder),
              "it cannot be locked: " + e,
              Owner.US,
              "See that this user may write there, or name another folder with --data or"
                  + " data.folder."));
    }
  }

  private static boolean isLocked(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // Another one in this process, as in tests.
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new IllegalStateException("the data folder cannot be unlocked", e);
    }
  }
}
