package org.mailcaravan.dav;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads content lines. Empty lines, which no valid file has, are skipped. A line that begins or
 * ends a component is never continued, so a stray indented line after it does no harm.
 */
final class ContentLines implements Closeable {
  private static final Pattern MARK =
      Pattern.compile(
          "(BEGIN|END):(VCALENDAR|VEVENT|VTODO|VJOURNAL|VFREEBUSY|VTIMEZONE|VALARM|STANDARD|DAYLIGHT)\\s*",
          Pattern.CASE_INSENSITIVE);
  private static final int LONGEST_MARK = 80;

  private final PhysicalLines lines;
  private PhysicalLines.@Nullable Line ahead;

  ContentLines(InputStream in) throws IOException {
    this(new PhysicalLines(in, ExportReader.LARGEST_RESOURCE));
  }

  private ContentLines(PhysicalLines lines) throws IOException {
    this.lines = lines;
    ahead = nextFilled();
  }

  /** The lines of a text in memory. */
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
    boolean whole = isMark(first);
    while (ahead != null && ahead.isContinuation() && !whole) {
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

  private static boolean isMark(PhysicalLines.Line line) {
    return line.octets().length <= LONGEST_MARK
        && MARK.matcher(new String(line.octets(), StandardCharsets.ISO_8859_1)).matches();
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
