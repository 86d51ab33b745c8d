package org.mailcaravan.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/**
 * The folder {@code demo} that the demo works in. Its files stay until the next demo clears the
 * folder. One process at a time can use it.
 */
final class DemoFolder implements AutoCloseable {
  /** Marks a folder as one of the demo; it is locked while a demo runs. */
  private static final String MARK = "mailcaravan-demo.lock";

  private final Path path;
  private final FileChannel lock;

  private DemoFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Creates the folder, or clears what the last demo left in it.
   *
   * @throws RequestRejected when something else has that name, or another demo is running in it
   */
  static DemoFolder in(Path parent) throws IOException {
    Path path = parent.toAbsolutePath().resolve("demo");
    Path mark = path.resolve(MARK);
    if (Files.exists(path) && !Files.isRegularFile(mark)) {
      throw rejected(path, "exists already, and is not from a demo");
    }
    Files.createDirectories(path);
    FileChannel lock = FileChannel.open(mark, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (locked(lock) == null) {
      lock.close();
      throw rejected(path, "is in use by a demo that is running");
    }
    DemoFolder folder = new DemoFolder(path, lock);
    folder.clear(mark);
    return folder;
  }

  private static @Nullable FileLock locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static RequestRejected rejected(Path path, String cause) {
    return new RequestRejected(
        new Problem(
            Where.onDisk("folder", path), cause, Owner.US, "Name another folder with --data."));
  }

  Path path() {
    return path;
  }

  /**
   * A folder with a configuration in which nothing is set: that of the installation may name
   * secrets that are missing here, and receivers whom a demo must not tell anything.
   */
  static Path emptyConfig(Path parent) throws IOException {
    Path config = Files.createDirectory(parent.resolve("config"));
    Files.createFile(config.resolve("application.properties"));
    return config;
  }

  /** Deletes everything in the folder; links are deleted, not followed. */
  private void clear(Path mark) throws IOException {
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!file.equals(mark)) {
              Files.delete(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            if (!folder.equals(path)) {
              Files.delete(folder);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Releases the folder; its files stay. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
