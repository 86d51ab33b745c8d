package org.mailcaravan.sync.session;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder for messages that do not fit into memory or were repaired. All that lie there, of all
 * mailboxes, have no more octets than a bound: a stranger's server says how large a message is.
 * Thread-safe.
 */
public final class Spool {
  /** What is left to others on the disk. */
  private static final long SPARED = 64L << 20;

  private static final Object ROOM = new Object();

  private final Path folder;
  private final long most;

  /**
   * @param most octets
   */
  public Spool(Path folder, long most) {
    this.folder = folder;
    this.most = most;
  }

  /**
   * Writes a message to a file of its own.
   *
   * @throws DiskFull when there is no room for it
   */
  public SpooledContent keep(long size, InputStream in) throws IOException {
    return keep(
        size,
        out -> {
          long received = in.transferTo(out);
          if (received != size) {
            throw new EOFException("a literal ended after " + received + " of " + size + " octets");
          }
        });
  }

  /** Writes a message from outside. */
  @FunctionalInterface
  public interface Source {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * As {@link #keep(long, InputStream)}.
   *
   * @param message must have exactly this size
   */
  public SpooledContent keep(long size, Source message) throws IOException {
    Path file = take(size);
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.WRITE))) {
      message.writeTo(out);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw DiskFull.isMeantBy(e) ? new DiskFull(String.valueOf(e.getMessage())) : e;
    } catch (RuntimeException | Error e) {
      Files.deleteIfExists(file);
      throw e;
    }
    return new SpooledContent(file, size);
  }

  /** A file that has its length from the beginning, so that it counts before it is written. */
  private Path take(long size) throws IOException {
    synchronized (ROOM) {
      long used = used();
      if (size > most - used) {
        throw new DiskFull(
            "a message of %,d octets, beside %,d that are there, is more than copy.spool-mib allows"
                .formatted(size, used));
      }
      if (Files.getFileStore(folder).getUsableSpace() - size < SPARED) {
        throw new DiskFull("a message of %,d octets does not fit into %s".formatted(size, folder));
      }
      Path file = Files.createTempFile(folder, "message-", ".eml");
      try (RandomAccessFile sized = new RandomAccessFile(file.toFile(), "rw")) {
        sized.setLength(size);
      }
      return file;
    }
  }

  private long used() throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.toList();
    }
    long used = 0;
    for (Path file : files) {
      try {
        used += Files.size(file);
      } catch (NoSuchFileException e) {
        // It was freed meanwhile.
      }
    }
    return used;
  }
}
