package org.mailcaravan.sync.messages;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import org.mailcaravan.imap.Content;
import org.mailcaravan.model.Sha256;

/**
 * The fields of one header, to tell whether another header has them all: names and values without
 * blanks, in any order, each as often as it occurs.
 */
public final class HeaderLines implements Content {
  /** More fields are not compared, which bounds the memory for a header. */
  private static final int MOST_FIELDS = 10_000;

  private final long size;
  private final Map<Long, Integer> fields = new HashMap<>();
  private final MessageDigest field = Sha256.digest();
  private int count;
  private boolean any;
  private boolean inValue;
  private boolean atLineStart = true;

  private HeaderLines(long size) {
    this.size = size;
  }

  /** Reads a header to its end; what follows its first empty line is read and does not count. */
  static HeaderLines read(long size, InputStream in) throws IOException {
    HeaderLines lines = new HeaderLines(size);
    byte[] octets = new byte[8192];
    boolean ended = false;
    boolean lineEmpty = true;
    for (int read = in.read(octets); read >= 0; read = in.read(octets)) {
      for (int at = 0; at < read && !ended; at++) {
        byte octet = octets[at];
        if (octet == '\n') {
          ended = lineEmpty;
          lineEmpty = true;
          lines.atLineStart = true;
        } else if (octet != '\r') {
          lineEmpty = false;
          lines.read(octet);
        }
      }
    }
    lines.end();
    return lines;
  }

  private void read(byte octet) {
    boolean blank = octet == ' ' || octet == '\t';
    if (atLineStart && !blank) {
      end();
    }
    atLineStart = false;
    if (!blank) {
      field.update(inValue ? octet : (byte) Character.toLowerCase((char) (octet & 0xff)));
      any = true;
      inValue |= octet == ':';
    }
  }

  private void end() {
    if (any && count < MOST_FIELDS) {
      count++;
      fields.merge(ByteBuffer.wrap(field.digest()).getLong(), 1, Integer::sum);
    } else {
      field.reset();
    }
    any = false;
    inValue = false;
  }

  /** Whether every field of another header is here, however it is folded and wherever it stands. */
  public boolean hasAllOf(HeaderLines other) {
    return other.fields.entrySet().stream()
        .allMatch(one -> fields.getOrDefault(one.getKey(), 0) >= one.getValue());
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void writeTo(OutputStream out) {
    throw new UncheckedIOException(new IOException("only digests were kept"));
  }

  @Override
  public void close() {}
}
