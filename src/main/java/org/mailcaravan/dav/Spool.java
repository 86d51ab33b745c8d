package org.mailcaravan.dav;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A temporary file for unpacked texts. Where the system allows it, the file is deleted while it is
 * open, so it is gone however the program ends. Not thread-safe.
 */
final class Spool implements Closeable {
  private final Path folder;
  private @Nullable FileChannel channel;
  private @Nullable Path file;

  /**
   * @param folder an existing folder
   */
  Spool(Path folder) {
    this.folder = folder;
  }

  /** The file; creates it on the first call. */
  FileChannel channel() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      // createTempFile makes it readable by its owner only.
      Path made = Files.createTempFile(folder, "export-", ".tmp");
      open = FileChannel.open(made, StandardOpenOption.READ, StandardOpenOption.WRITE);
      channel = open;
      try {
        Files.delete(made);
      } catch (IOException e) {
        file = made;
      }
    }
    return open;
  }

  long end() throws IOException {
    return channel().size();
  }

  /** A stream that writes at the end of the file. */
  OutputStream appending() throws IOException {
    FileChannel target = channel();
    target.position(target.size());
    return new OutputStream() {
      @Override
      public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
      }

      @Override
      public void write(byte[] octets, int from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(octets, from, length);
        while (buffer.hasRemaining()) {
          target.write(buffer);
        }
      }
    };
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
    if (file != null) {
      Files.deleteIfExists(file);
    }
  }
}
