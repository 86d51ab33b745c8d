package org.mailcaravan.dav;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a text as octets, with their numbers and offsets. A line ends with LF. CRs before it
 * belong to the line end, because wrongly converted files end lines with CR CR LF. Old Macintosh
 * programs end lines with CR alone: from a BEGIN line that ends so, until one that does not, a CR
 * ends a line. Elsewhere it belongs to the line. A UTF-8 byte order mark at the start of a line is
 * skipped. Not thread-safe.
 */
final class PhysicalLines implements Closeable {
  private static final String BEGIN = "BEGIN:V";
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /**
   * @param number counted from 1
   * @param start offset of its first octet
   * @param end offset after its line end
   * @param octets without the line end
   * @param cut whether octets lacks the end of a line that is longer than the limit
   */
  @SuppressWarnings("ArrayRecordComponent") // short-lived, never compared
  record Line(int number, long start, long end, byte[] octets, boolean cut) {
    /** Whether it continues the line before it (RFC 5545, section 3.1). */
    boolean isContinuation() {
      return octets.length > 0 && (octets[0] == ' ' || octets[0] == '\t');
    }
  }

  private final InputStream in;
  private final int longest;
  private final byte[] buffer;
  private int at;
  private int filled;
  private long offset;
  private byte[] line = new byte[256];
  private int length;
  private boolean cut;
  private int number;
  private boolean returnsEndLines;

  /**
   * @param longest octets of a line that are kept; the rest of a longer one is skipped
   */
  PhysicalLines(InputStream stream, int longest) {
    this(stream, longest, 1 << 16);
  }

  private PhysicalLines(InputStream stream, int longest, int bufferSize) {
    this.in = stream;
    this.longest = longest;
    this.buffer = new byte[bufferSize];
  }

  /** The lines of a text in memory. */
  static PhysicalLines of(byte[] octets) {
    // Larger than the text, so that the first read reaches its end.
    return new PhysicalLines(
        new ByteArrayInputStream(octets), octets.length, Math.min(1 << 16, octets.length + 16));
  }

  /** The next line, or null at the end. */
  @Nullable Line next() throws IOException {
    if (has(3) && buffer[at] == MARK[0] && buffer[at + 1] == MARK[1] && buffer[at + 2] == MARK[2]) {
      pass(3); // also in the middle, where files were concatenated
    }
    long start = offset;
    int first = number + 1;
    length = 0;
    cut = false;
    number++;
    while (has(1)) {
      int to = at;
      while (to < filled && buffer[to] != '\n' && buffer[to] != '\r') {
        to++;
      }
      keep(to - at);
      if (at < filled && passEnding()) {
        return new Line(first, start, offset, Arrays.copyOf(line, length), cut);
      }
    }
    return offset == start
        ? null
        : new Line(first, start, offset, Arrays.copyOf(line, length), cut);
  }

  /** Skips an LF or CRs, and tells whether they end the line. */
  private boolean passEnding() throws IOException {
    int returns = 0;
    while (has(1) && buffer[at] == '\r') {
      pass(1);
      returns++;
    }
    boolean begins = length >= BEGIN.length() && isBegin(line, 0);
    if (!has(1)) {
      return true;
    }
    if (buffer[at] == '\n') {
      pass(1);
      returnsEndLines &= !begins;
      return true;
    }
    if (returnsEndLines || begins || (has(BEGIN.length()) && isBegin(buffer, at))) {
      returnsEndLines = true;
      number += returns - 1;
      return true;
    }
    for (int i = 0; i < returns && !cut; i++) {
      keep((byte) '\r');
    }
    return false;
  }

  private static boolean isBegin(byte[] octets, int from) {
    for (int i = 0; i < BEGIN.length(); i++) {
      if (Character.toUpperCase((char) octets[from + i]) != BEGIN.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Adds octets of the buffer to the line and skips them. */
  private void keep(int count) {
    int kept = Math.min(count, longest - length);
    makeRoom(kept);
    System.arraycopy(buffer, at, line, length, kept);
    length += kept;
    cut |= kept < count;
    pass(count);
  }

  private void keep(byte octet) {
    if (length == longest) {
      cut = true;
      return;
    }
    makeRoom(1);
    line[length++] = octet;
  }

  private void makeRoom(int count) {
    if (length + count > line.length) {
      line = Arrays.copyOf(line, Math.max(length + count, 2 * line.length));
    }
  }

  private void pass(int count) {
    at += count;
    offset += count;
  }

  /** Whether there are {@code count} more octets; if so, they are in the buffer. */
  private boolean has(int count) throws IOException {
    if (filled - at >= count) {
      return true;
    }
    System.arraycopy(buffer, at, buffer, 0, filled - at);
    filled -= at;
    at = 0;
    while (filled < count) {
      int read = in.read(buffer, filled, buffer.length - filled);
      if (read < 0) {
        return false;
      }
      filled += read;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
