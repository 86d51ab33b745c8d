package org.mailcaravan.dav;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file as octets, with their numbers and offsets. A line ends with LF; any CRs
 * before it belong to the ending, because files that went through a wrong conversion end lines with
 * CR CR LF. A UTF-8 byte order mark at the start is skipped. Not thread-safe.
 */
final class PhysicalLines implements Closeable {
  /**
   * @param number counted from 1
   * @param start offset of its first octet in the file
   * @param end offset behind its ending
   * @param octets without ending
   * @param cut whether octets were left out because it is longer than the limit
   */
  @SuppressWarnings("ArrayRecordComponent") // short-lived, never compared
  record Line(int number, long start, long end, byte[] octets, boolean cut) {
    boolean isBlank() {
      for (byte octet : octets) {
        if (octet != ' ' && octet != '\t') {
          return false;
        }
      }
      return true;
    }

    /** Whether it continues the line before it (RFC 5545, section 3.1). */
    boolean isContinuation() {
      return octets.length > 0 && (octets[0] == ' ' || octets[0] == '\t');
    }
  }

  private final InputStream in;
  private final int longest;
  private long offset;
  private int number;

  /**
   * @param longest octets of a line that are kept; the rest of a longer one is read over
   */
  PhysicalLines(InputStream stream, int longest) throws IOException {
    this.in = new BufferedInputStream(stream, 1 << 16);
    this.longest = longest;
    in.mark(3);
    if (in.read() == 0xEF && in.read() == 0xBB && in.read() == 0xBF) {
      offset = 3;
    } else {
      in.reset();
    }
  }

  /** The next line, or null at the end of the file. */
  @Nullable Line next() throws IOException {
    long start = offset;
    ByteArrayOutputStream octets = new ByteArrayOutputStream(80);
    boolean cut = false;
    int pendingReturns = 0;
    while (true) {
      int octet = in.read();
      if (octet < 0) {
        if (offset == start) {
          return null;
        }
        break;
      }
      offset++;
      if (octet == '\n') {
        break;
      }
      if (octet == '\r') {
        pendingReturns++;
        continue;
      }
      // A CR that no LF follows belongs to the line.
      for (; pendingReturns > 0; pendingReturns--) {
        cut |= !keep(octets, '\r');
      }
      cut |= !keep(octets, octet);
    }
    return new Line(++number, start, offset, octets.toByteArray(), cut);
  }

  private boolean keep(ByteArrayOutputStream octets, int octet) {
    if (octets.size() == longest) {
      return false;
    }
    octets.write(octet);
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
