package org.mailcaravan.dav;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;

/**
 * Splits an .ics file into what a CalDAV server stores (RFC 4791, section 4.1): one resource per
 * UID, which holds the event, its exceptions and the time zones they refer to. Lines are kept as
 * they stood; only METHOD is left out and a missing UID, VERSION or PRODID put in.
 */
final class IcalendarFile implements ExportReader {
  @Override
  public void read(Path file, Visitor visitor) throws IOException {
    String name = ExportText.fileName(file);
    CalendarIndex index =
        CalendarIndex.of(
            file, (line, cause) -> visitor.broken(problem(name + " line " + line, cause)));
    try (FileChannel channel = FileChannel.open(file)) {
      for (List<CalendarIndex.Part> parts : index.resources()) {
        CalendarIndex.Part first = parts.get(0);
        String place = name + " line " + first.line();
        if (parts.stream().mapToLong(part -> part.end() - part.start()).sum() > LARGEST_RESOURCE) {
          visitor.broken(
              problem(
                  place,
                  "the event and its exceptions together are larger than %d MiB"
                      .formatted(LARGEST_RESOURCE >> 20)));
        } else {
          visitor.resource(new Resource(first.uid(), place, compose(index, parts, channel)));
        }
      }
    }
  }

  private static Problem problem(String place, String cause) {
    return new Problem(
        place,
        cause,
        Owner.CUSTOMER,
        "enter it at the new calendar by hand, or export the calendar again and send the new file");
  }

  private static String compose(
      CalendarIndex index, List<CalendarIndex.Part> parts, FileChannel channel) throws IOException {
    StringBuilder text = new StringBuilder("BEGIN:VCALENDAR\r\n");
    String header = index.header(parts.get(0).calendar());
    if (!hasLine(header, "VERSION")) {
      text.append("VERSION:2.0\r\n");
    }
    if (!hasLine(header, "PRODID")) {
      text.append("PRODID:-//Mail Caravan//EN\r\n");
    }
    text.append(header);
    Map<String, CalendarIndex.Part> zones = new TreeMap<>();
    for (CalendarIndex.Part part : parts) {
      for (String zone : part.zones()) {
        index.zone(zone, part.calendar()).ifPresent(found -> zones.putIfAbsent(zone, found));
      }
    }
    for (CalendarIndex.Part zone : zones.values()) {
      append(text, zone, false, channel);
    }
    for (CalendarIndex.Part part : parts) {
      append(text, part, part.derived(), channel);
    }
    return text.append("END:VCALENDAR\r\n").toString();
  }

  private static boolean hasLine(String header, String name) {
    return header.lines().anyMatch(line -> line.regionMatches(true, 0, name, 0, name.length()));
  }

  private static void append(
      StringBuilder text, CalendarIndex.Part part, boolean withUid, FileChannel channel)
      throws IOException {
    ByteBuffer octets = ByteBuffer.allocate((int) (part.end() - part.start()));
    while (octets.hasRemaining()) {
      if (channel.read(octets, part.start() + octets.position()) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
    boolean uidDue = withUid;
    try (ContentLines lines = new ContentLines(new ByteArrayInputStream(octets.array()))) {
      for (ContentLine line = lines.next(); line != null; line = lines.next()) {
        text.append(line.wire());
        if (uidDue) { // right behind BEGIN
          text.append("UID:").append(part.uid()).append("\r\n");
          uidDue = false;
        }
      }
    }
  }
}
