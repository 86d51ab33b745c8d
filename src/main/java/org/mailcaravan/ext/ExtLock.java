package org.mailcaravan.ext;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/** The folder ext while one process changes it, with a folder for what is not there yet. */
final class ExtLock implements AutoCloseable {
  private static final String LOCK = ".lock";

  private static final String WORK = ".adding";

  private final Path ext;
  private final FileChannel channel;

  private ExtLock(Path ext, FileChannel channel) {
    this.ext = ext;
    this.channel = channel;
  }

  /**
   * Makes the folder where it is missing.
   *
   * @throws RequestRejected when another process changes it
   */
  static ExtLock of(Path ext) throws IOException {
    if (!Files.isDirectory(ext)) {
      Permissions.readableByAll(Files.createDirectories(ext));
    }
    FileChannel channel =
        FileChannel.open(ext.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (locked(channel) == null) {
      channel.close();
      throw new RequestRejected(
          new Problem(
              Where.onDisk("folder", ext),
              "another \"ext\" command is changing it",
              Owner.US,
              "Wait until that one has ended, and try again."));
    }
    return new ExtLock(ext, channel);
  }

  private static @Nullable FileLock locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Deletes what a process left that was killed. */
  void begin() throws IOException {
    clear();
  }

  /** An empty folder for files that are to come into ext; it is deleted at the end. */
  Path workFolder() throws IOException {
    return Files.createDirectories(ext.resolve(WORK));
  }

  private void clear() throws IOException {
    Path work = ext.resolve(WORK);
    if (Files.isDirectory(work)) {
      List<Path> left;
      try (Stream<Path> files = Files.list(work)) {
        left = files.toList();
      }
      for (Path file : left) {
        Files.delete(file);
      }
      Files.delete(work);
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      clear();
    }
  }
}
