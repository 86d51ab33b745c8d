package org.mailcaravan.imap;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The octets of one literal, read straight from the connection; ends after the announced size. */
final class Literal extends InputStream {
  private final WireReader wire;
  private final long size;
  private long remaining;
  private @Nullable IOException broken;

  Literal(WireReader wire, long size) {
    this.wire = wire;
    this.size = size;
    this.remaining = size;
  }

  long size() {
    return size;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] octets, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, octets.length);
    if (length == 0) {
      return 0;
    }
    if (remaining == 0) {
      return -1;
    }
    checkWhole();
    try {
      int n = wire.readLiteral(octets, offset, (int) Math.min(length, remaining));
      remaining -= n;
      return n;
    } catch (IOException e) {
      broken = e;
      throw e;
    }
  }

  @Override
  public int available() {
    return (int) Math.min(remaining, Integer.MAX_VALUE);
  }

  /** Throws again the failure of a read, which the caller may have swallowed. */
  void checkWhole() throws IOException {
    if (broken != null) {
      throw broken;
    }
  }

  /** Reads to the end: the next octet is then the one after the literal. */
  void drain() throws IOException {
    checkWhole();
    byte[] ignored = new byte[(int) Math.min(remaining, 16_384)];
    while (remaining > 0) {
      if (read(ignored, 0, (int) Math.min(ignored.length, remaining)) < 0) {
        return;
      }
    }
  }
}
