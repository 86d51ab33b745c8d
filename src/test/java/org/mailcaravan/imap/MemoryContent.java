package org.mailcaravan.imap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A message in memory, for tests. */
final class MemoryContent implements Content {
  private final byte[] octets;
  private boolean closed;

  MemoryContent(byte[] octets) {
    this.octets = octets.clone();
  }

  /** One char per octet. */
  static MemoryContent of(String octets) {
    return new MemoryContent(octets.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A store that keeps messages in memory. */
  static Content receive(long size, InputStream in) throws IOException {
    return new MemoryContent(in.readAllBytes());
  }

  byte[] octets() {
    return octets.clone();
  }

  String text() {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public long size() {
    return octets.length;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    out.write(octets);
  }

  @Override
  public void close() {
    closed = true;
  }
}
