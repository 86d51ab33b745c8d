package org.mailcaravan.dav;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds a resource from components with one UID: a calendar of its own with these components and
 * the time zones that they refer to. Lines are copied as the file has them, without those that no
 * server can read.
 */
final class CalendarResource {
  private final ExportFiles files;
  private final CalendarIndex index;
  private final StringBuilder components = new StringBuilder();
  private final Map<String, CalendarPart> zones = new TreeMap<>();
  private final @Nullable String otherUid;
  private String uid = "";

  private CalendarResource(ExportFiles files, CalendarIndex index, @Nullable String otherUid) {
    this.files = files;
    this.index = index;
    this.otherUid = otherUid;
  }

  /**
   * Builds a resource.
   *
   * @param parts at least one, in their order
   * @param otherUid the UID to use in place of theirs, or null
   * @throws IOException when the files can no longer be read
   */
  static Resource of(
      ExportFiles files, CalendarIndex index, List<CalendarPart> parts, @Nullable String otherUid)
      throws IOException {
    CalendarResource resource = new CalendarResource(files, index, otherUid);
    for (CalendarPart part : parts) {
      resource.add(part);
    }
    CalendarPart first = parts.get(0);
    return new Resource(resource.uid, first.place(), resource.text(index.header(first.calendar)));
  }

  private void add(CalendarPart part) throws IOException {
    String given = part.derived ? part.derivedUid() : otherUid;
    if (given != null) {
      uid = given;
    }
    int depth = 0;
    try (ContentLines lines = lines(part)) {
      for (ContentLine line = lines.next(); line != null; line = lines.next()) {
        String name = line.name();
        boolean own = depth == 1 && name.equals("UID");
        if (own && given == null && uid.isEmpty()) {
          uid = line.value().strip();
        }
        if (line.isProperty() && (!own || given == null)) {
          components.append(line.wire());
        }
        if (depth == 0 && given != null) { // right behind BEGIN
          components.append(ContentLine.fold("UID:" + given));
        }
        depth += name.equals("BEGIN") ? 1 : name.equals("END") ? -1 : 0;
        line.parameter("TZID").stream()
            .limit(1)
            .forEach(
                zone ->
                    index
                        .zone(zone, part.calendar)
                        .ifPresent(found -> zones.putIfAbsent(zone, found)));
      }
    }
  }

  private ContentLines lines(CalendarPart part) throws IOException {
    return ContentLines.of(files.piece(part.text, part.start, part.start + part.length));
  }

  private String text(String header) throws IOException {
    StringBuilder text = new StringBuilder("BEGIN:VCALENDAR\r\n");
    if (!hasLine(header, "VERSION")) {
      text.append("VERSION:2.0\r\n");
    }
    if (!hasLine(header, "PRODID")) {
      text.append("PRODID:-//Mail Caravan//EN\r\n");
    }
    text.append(header);
    for (CalendarPart zone : zones.values()) {
      try (ContentLines lines = lines(zone)) {
        for (ContentLine line = lines.next(); line != null; line = lines.next()) {
          if (line.isProperty()) {
            text.append(line.wire());
          }
        }
      }
    }
    return text.append(components).append("END:VCALENDAR\r\n").toString();
  }

  private static boolean hasLine(String header, String name) {
    return header.lines().anyMatch(line -> line.regionMatches(true, 0, name, 0, name.length()));
  }
}
