package org.mailcaravan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cli.Launcher;

/**
 * What a program has of a data folder while it runs: the folder for itself where it copies, and a
 * place for messages that are too large for memory. An embedded database keeps other programs out
 * of the folder; beside a shared one, a lock does. To be made once the database is open.
 */
final class ProgramFolder implements AutoCloseable {
  private final @Nullable FolderLock lock;
  private final Path spool;
  private final boolean isForThisRun;

  private ProgramFolder(@Nullable FolderLock lock, Path spool, boolean isForThisRun) {
    this.lock = lock;
    this.spool = spool;
    this.isForThisRun = isForThisRun;
  }

  /**
   * Deletes what a killed program left in the spool. A comparison runs beside a program that uses
   * the folder, and has its spool elsewhere then.
   *
   * @param isShared whether other programs may have the database open
   * @throws org.mailcaravan.model.RequestRejected when another program uses the folder
   */
  static ProgramFolder of(Path dataFolder, Launcher.Mode mode, boolean isShared) {
    Path spool = DataFolder.spool(dataFolder);
    if (mode == Launcher.Mode.CHECK) {
      return new ProgramFolder(null, spool, false);
    }
    FolderLock lock = null;
    if (isShared && mode == Launcher.Mode.VERIFY) {
      Optional<FolderLock> free = FolderLock.tryIn(dataFolder);
      if (free.isEmpty()) {
        return new ProgramFolder(null, temporary(), true);
      }
      lock = free.get();
    } else if (isShared) {
      lock = FolderLock.in(dataFolder);
    }
    DataFolder.emptySpool(dataFolder);
    return new ProgramFolder(lock, spool, false);
  }

  /** Deletes what a killed program left in the spool, unless a program uses the folder. */
  static void tidy(Path dataFolder, boolean isShared) {
    if (!isShared) {
      DataFolder.emptySpool(dataFolder);
    } else if (Files.isDirectory(dataFolder)) {
      FolderLock.tryIn(dataFolder)
          .ifPresent(
              lock -> {
                try (lock) {
                  DataFolder.emptySpool(dataFolder);
                }
              });
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("mailcaravan-verify");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Holds messages that are too large for memory. */
  Path spool() {
    return spool;
  }

  @Override
  public void close() {
    if (isForThisRun) {
      DataFolder.delete(spool);
    }
    if (lock != null) {
      lock.close();
    }
  }
}
