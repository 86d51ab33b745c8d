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
import org.mailcaravan.model.Fingerprint;

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

  /** A content that was digested as it came. */
  interface Fingerprinted extends Content {
    Fingerprint fingerprint();
  }

  @Override
  public Fingerprinted receive(long size, InputStream literal) throws IOException {
    FingerprintStream in = new FingerprintStream(literal);
    if (size <= memoryLeft) {
      memoryLeft -= size;
      byte[] octets = new byte[Math.toIntExact(size)];
      requireWhole(size, in.readNBytes(octets, 0, octets.length));
      return new InMemory(octets, in.fingerprint());
    }
    Path file = Files.createTempFile(spoolFolder, "message-", ".eml");
    try (OutputStream out = Files.newOutputStream(file)) {
      requireWhole(size, in.transferTo(out));
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    return new Spooled(file, size, in.fingerprint());
  }

  private static void requireWhole(long announced, long received) throws EOFException {
    if (announced != received) {
      throw new EOFException("literal ended after " + received + " of " + announced + " octets");
    }
  }

  private static final class InMemory implements Fingerprinted {
    private final long size;
    private final Fingerprint fingerprint;
    private byte @Nullable [] octets;

    InMemory(byte[] octets, Fingerprint fingerprint) {
      this.size = octets.length;
      this.fingerprint = fingerprint;
      this.octets = octets;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public Fingerprint fingerprint() {
      return fingerprint;
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

  private record Spooled(Path file, long size, Fingerprint fingerprint) implements Fingerprinted {
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
