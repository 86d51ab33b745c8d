package org.mailcaravan.sync;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Content;
import org.mailcaravan.imap.ContentStore;

/**
 * Keeps the contents of one batch: in memory as long as the batch's share of the budget lasts, in
 * spool files beyond. So a message larger than its share never is in memory whole, whatever size
 * the server announced for it before.
 */
final class BatchContents implements ContentStore {
  private final Path spoolFolder;
  private long memoryLeft;

  /**
   * @param memory octets that may be kept in memory
   */
  BatchContents(long memory, Path spoolFolder) {
    this.memoryLeft = memory;
    this.spoolFolder = spoolFolder;
  }

  @Override
  public Content receive(long size, InputStream in) throws IOException {
    if (size <= memoryLeft) {
      memoryLeft -= size;
      byte[] octets = in.readNBytes(Math.toIntExact(size));
      requireWhole(size, octets.length);
      return new InMemory(octets);
    }
    Path file = Files.createTempFile(spoolFolder, "message-", ".eml");
    try (OutputStream out = Files.newOutputStream(file)) {
      requireWhole(size, in.transferTo(out));
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    return new Spooled(file, size);
  }

  private static void requireWhole(long announced, long received) throws EOFException {
    if (announced != received) {
      throw new EOFException("literal ended after " + received + " of " + announced + " octets");
    }
  }

  private static final class InMemory implements Content {
    private final long size;
    private byte @Nullable [] octets;

    InMemory(byte[] octets) {
      this.size = octets.length;
      this.octets = octets;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      byte[] kept = octets;
      if (kept == null) {
        throw new IOException("the content was freed");
      }
      out.write(kept);
    }

    @Override
    public void close() {
      octets = null;
    }
  }

  private record Spooled(Path file, long size) implements Content {
    @Override
    public void writeTo(OutputStream out) throws IOException {
      Files.copy(file, out);
    }

    @Override
    public void close() {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException("a spool file cannot be deleted: " + file, e);
      }
    }
  }
}
