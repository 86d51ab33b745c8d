package org.mailcaravan.dav;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The first reading of an .ics file: where each component lies and what it refers to. It is needed
 * because exceptions of a recurring event and time zones may stand anywhere in the file. It holds
 * no text of the components, so that a large file takes little memory.
 *
 * <p>A component that another one interrupts, or that is not closed, is reported as broken, and
 * reading goes on with the next.
 */
final class CalendarIndex {
  private static final String CALENDAR = "VCALENDAR";
  private static final String ZONE = "VTIMEZONE";
  // A component that may only stand directly in a calendar (RFC 5545, section 3.6).
  private static final Set<String> TOP =
      Set.of("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", ZONE, CALENDAR);
  // Written anew by each export, so they say nothing about whether two components are the same.
  private static final Set<String> CHANGING = Set.of("DTSTAMP");

  /**
   * A component.
   *
   * @param uid its own, or derived from its content
   * @param derived whether it has none of its own
   * @param line of its BEGIN
   * @param calendar which calendar of the file it stands in
   * @param zones the time zones that it refers to
   * @param digest of its content
   */
  record Part(
      String uid,
      boolean derived,
      long start,
      long end,
      int line,
      int calendar,
      Set<String> zones,
      String digest) {}

  private final BiConsumer<Integer, String> broken;
  private final Map<String, List<Part>> partsByUid = new LinkedHashMap<>();
  private final Map<String, Part> zones = new HashMap<>();
  private final List<StringBuilder> headers = new ArrayList<>();
  private @Nullable Open open;
  private boolean inCalendar;
  private boolean oldVersion;

  private CalendarIndex(BiConsumer<Integer, String> broken) {
    this.broken = broken;
  }

  /**
   * Reads a file to its end.
   *
   * @param broken is given line and cause of everything that could not be used
   */
  static CalendarIndex of(Path file, BiConsumer<Integer, String> broken) throws IOException {
    CalendarIndex index = new CalendarIndex(broken);
    try (ContentLines lines = new ContentLines(Files.newInputStream(file))) {
      int last = 1;
      for (ContentLine line = lines.next(); line != null; line = lines.next()) {
        index.accept(line);
        last = line.number();
      }
      index.giveUp("the file ends within it, which began here");
      if (index.headers.isEmpty() && index.partsByUid.isEmpty()) {
        broken.accept(last, "there is no calendar (BEGIN:VCALENDAR) in this file");
      }
    }
    return index;
  }

  /** The components of each resource, in the order of the file. */
  Iterable<List<Part>> resources() {
    return partsByUid.values();
  }

  /** A time zone, best the one that was defined in the same calendar. */
  Optional<Part> zone(String name, int calendar) {
    Part own = zones.get(calendar + " " + name);
    return Optional.ofNullable(own != null ? own : zones.get(name));
  }

  /** The properties of a calendar as they stood, without METHOD (RFC 4791, section 4.1). */
  String header(int calendar) {
    return calendar < 0 ? "" : headers.get(calendar).toString();
  }

  private void accept(ContentLine line) {
    String name = line.name();
    if (name.equals("BEGIN")) {
      begin(component(line), line);
    } else if (name.equals("END")) {
      end(component(line), line);
    } else if (open != null) {
      open.add(line);
    } else if (inCalendar) {
      header(name, line);
    }
  }

  private static String component(ContentLine line) {
    return line.value().strip().toUpperCase(Locale.ROOT);
  }

  private void begin(String component, ContentLine line) {
    if (TOP.contains(component)) {
      giveUp("line " + line.number() + " begins another component before this one ends");
    }
    if (component.equals(CALENDAR)) {
      inCalendar = true;
      oldVersion = false;
      headers.add(new StringBuilder());
    } else if (open != null) {
      open.nested.push(component);
      open.digest(line);
    } else {
      open = new Open(component, line);
    }
  }

  private void end(String component, ContentLine line) {
    Open current = open;
    if (component.equals(CALENDAR)) {
      giveUp("the calendar ends in line " + line.number() + " before this component does");
      inCalendar = false;
    } else if (current != null && component.equals(current.nested.peek())) {
      current.nested.pop();
      current.digest(line);
    } else if (current != null && component.equals(current.name)) {
      if (current.nested.isEmpty()) {
        complete(current, line);
      } else {
        giveUp("its " + current.nested.peek() + " has no end");
      }
      open = null;
    } else if (current != null) {
      current.fault = "line " + line.number() + " ends something that never began";
    }
  }

  private void header(String name, ContentLine line) {
    if (name.equals("VERSION") && line.value().strip().startsWith("1")) {
      oldVersion = true;
      broken.accept(
          line.number(), "this is the old format vCalendar 1.0, from which nothing was imported");
    } else if (!name.equals("METHOD")) {
      headers.get(headers.size() - 1).append(line.wire());
    }
  }

  private void complete(Open current, ContentLine last) {
    if (oldVersion) {
      return;
    }
    if (current.cut || last.end() - current.start > ExportReader.LARGEST_RESOURCE) {
      current.fault = "it is larger than %d MiB".formatted(ExportReader.LARGEST_RESOURCE >> 20);
    }
    if (current.fault != null) {
      broken.accept(current.line, current.fault);
      return;
    }
    Part part = current.part(last.end(), inCalendar ? headers.size() - 1 : -1);
    if (current.name.equals(ZONE)) {
      if (current.zoneName != null) {
        zones.putIfAbsent(part.calendar() + " " + current.zoneName, part);
        zones.putIfAbsent(current.zoneName, part);
      }
      return;
    }
    List<Part> same = partsByUid.computeIfAbsent(part.uid(), uid -> new ArrayList<>(1));
    if (same.stream().noneMatch(other -> other.digest().equals(part.digest()))) {
      same.add(part);
    }
  }

  private void giveUp(String cause) {
    if (open != null && !oldVersion) {
      broken.accept(open.line, cause);
    }
    open = null;
  }

  /** The component being read. */
  private static final class Open {
    final String name;
    final long start;
    final int line;
    final Deque<String> nested = new ArrayDeque<>();
    final Set<String> zones = new HashSet<>();
    final Digest digest = new Digest();
    @Nullable String uid;
    @Nullable String zoneName;
    @Nullable String fault;
    boolean cut;

    Open(String name, ContentLine begin) {
      this.name = name;
      this.start = begin.start();
      this.line = begin.number();
      digest(begin);
    }

    void add(ContentLine line) {
      cut |= line.cut();
      digest(line);
      line.parameter("TZID").ifPresent(zones::add);
      // Apple gives alarms UIDs of their own, so only the outermost counts.
      if (nested.isEmpty()) {
        String value = line.value().strip();
        if (line.name().equals("UID") && !value.isEmpty()) {
          uid = value;
        } else if (line.name().equals("TZID")) {
          zoneName = value;
        }
      }
    }

    void digest(ContentLine line) {
      if (!CHANGING.contains(line.name())) {
        digest.add(line.text());
      }
    }

    Part part(long end, int calendar) {
      String hex = digest.hex();
      return new Part(
          uid == null ? "mailcaravan-" + hex : uid,
          uid == null,
          start,
          end,
          line,
          calendar,
          Set.copyOf(zones),
          hex);
    }
  }
}
