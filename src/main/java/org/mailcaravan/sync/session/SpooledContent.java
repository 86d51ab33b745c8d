package org.mailcaravan.sync.session;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mailcaravan.imap.Content;

/** A message in a file of the {@link Spool}, until it is closed. */
public final class SpooledContent implements Content {
  private final Path file;
  private final long size;

  SpooledContent(Path file, long size) {
    this.file = file;
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  /** Its octets; to be closed by the caller. */
  public InputStream open() throws IOException {
    return new BufferedInputStream(Files.newInputStream(file));
  }

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
