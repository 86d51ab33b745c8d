package org.mailcaravan.dav;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads content lines; empty lines, which no valid file has, are passed over. */
final class ContentLines implements Closeable {
  private final PhysicalLines lines;
  private PhysicalLines.@Nullable Line ahead;

  ContentLines(InputStream in) throws IOException {
    this(new PhysicalLines(in, ExportReader.LARGEST_RESOURCE));
  }

  private ContentLines(PhysicalLines lines) throws IOException {
    this.lines = lines;
    ahead = nextFilled();
  }

  /** The lines of what is in memory. */
  static ContentLines of(byte[] octets) throws IOException {
    return new ContentLines(PhysicalLines.of(octets));
  }

  /** The next line, or null at the end of the file. */
  @Nullable ContentLine next() throws IOException {
    PhysicalLines.Line first = ahead;
    if (first == null) {
      return null;
    }
    List<PhysicalLines.Line> parts = new ArrayList<>(2);
    parts.add(first);
    int octets = first.octets().length;
    PhysicalLines.Line last = first;
    ahead = nextFilled();
    while (ahead != null && ahead.isContinuation()) {
      last = ahead;
      octets += last.octets().length;
      if (octets <= ExportReader.LARGEST_RESOURCE) {
        parts.add(last);
      } else {
        octets = ExportReader.LARGEST_RESOURCE + 1; // stays too long, never overflows
      }
      ahead = nextFilled();
    }
    if (octets > ExportReader.LARGEST_RESOURCE) {
      parts.add(new PhysicalLines.Line(last.number(), last.start(), last.end(), NOTHING, true));
    }
    return ContentLine.of(parts);
  }

  private PhysicalLines.@Nullable Line nextFilled() throws IOException {
    PhysicalLines.Line line = lines.next();
    while (line != null && line.octets().length == 0) {
      line = lines.next();
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private static final byte[] NOTHING = {' '};
}
