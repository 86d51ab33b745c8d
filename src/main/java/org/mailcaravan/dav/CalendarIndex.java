package org.mailcaravan.dav;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where each component of the .ics files is, and what it refers to. Exceptions of a recurring event
 * and time zones can be anywhere in the files, so all of them are read once before the first
 * resource is built. The index holds no text of the components, so large files take little memory.
 *
 * <p>A component that does not end before the next one begins is reported as broken; reading goes
 * on with the next.
 */
final class CalendarIndex {
  /** Receives what the index could not use. */
  interface Sink extends StrayLines.Sink {
    void broken(int line, String cause);

    /** There are too many components; reading stops at this line. */
    void tooMany(int line);

    /** The calendar that this line is in is vCalendar 1.0. */
    void old(int line);
  }

  private static final String CALENDAR = "VCALENDAR";
  private static final String ZONE = "VTIMEZONE";
  private static final Set<String> OF_ENTRIES =
      Set.of("UID", "DTSTART", "DTEND", "DUE", "SUMMARY", "RRULE", "RECURRENCE-ID", "ATTENDEE");
  // Components that may only be directly within a calendar (RFC 5545, section 3.6; RFC 7953).
  private static final Set<String> TOP =
      Set.of("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY", ZONE, CALENDAR);

  private final Map<Digest.Value, CalendarPart> firstByUid = new LinkedHashMap<>();
  private final Map<Digest.Value, CalendarPart> zones = new HashMap<>();
  private final CalendarHeaders headers = new CalendarHeaders();
  private int components;

  /** Indexes a text. */
  void add(ExportPart text, ContentLines lines, Sink sink) throws IOException {
    Reading reading = new Reading(text, sink);
    int last = 1;
    for (ContentLine line = lines.next(); line != null; line = lines.next()) {
      reading.accept(line);
      last = line.number();
      if (components > ExportReader.MOST_COMPONENTS) {
        sink.tooMany(last);
        headers.end();
        return;
      }
    }
    reading.giveUp("the file ends before this component does");
    headers.end();
    if (reading.found) {
      reading.stray.end();
    } else {
      sink.broken(last, "there is no calendar (BEGIN:VCALENDAR) in this file");
    }
  }

  /**
   * The first component with each UID, in the order of the texts; {@link CalendarPart#next} leads
   * to the others.
   */
  Iterable<CalendarPart> resources() {
    return firstByUid.values();
  }

  /** The definition of a time zone: that of the same calendar where it has one. */
  Optional<CalendarPart> zone(String name, int calendar) {
    Digest.Value key = Digest.valueOf(name);
    CalendarPart own = zones.get(inCalendar(key, calendar));
    return Optional.ofNullable(own != null ? own : zones.get(key));
  }

  private static Digest.Value inCalendar(Digest.Value zone, int calendar) {
    return new Digest.Value(zone.high() + calendar + 1, ~zone.low());
  }

  /** The number of calendars found so far. */
  int calendars() {
    return headers.last() + 1;
  }

  /** The properties of a calendar as the file has them, without METHOD. */
  String header(int calendar) {
    return headers.of(calendar);
  }

  /** One text being read. */
  private final class Reading {
    private final ExportPart text;
    private final Sink sink;
    private final StrayLines stray;
    private @Nullable ComponentSummary open;
    private boolean inCalendar;
    private boolean first;
    private boolean oldVersion;
    private boolean found;

    Reading(ExportPart text, Sink sink) {
      this.text = text;
      this.sink = sink;
      this.stray = new StrayLines(OF_ENTRIES, sink);
    }

    void accept(ContentLine line) {
      String name = line.name();
      if (name.equals("BEGIN")) {
        stray.end();
        begin(component(line), line);
      } else if (name.equals("END")) {
        end(component(line), line);
      } else if (open != null) {
        open.add(line);
      } else if (inCalendar && CalendarHeaders.isProperty(line, first)) {
        stray.end();
        header(name, line);
      } else if (!oldVersion) {
        stray.add(line.number(), name);
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
        first = true;
        found = true;
        oldVersion = false;
        headers.begin();
      } else if (open != null) {
        open.nest(component, line);
      } else {
        open = new ComponentSummary(component, line);
        first = false;
      }
    }

    private void end(String component, ContentLine line) {
      ComponentSummary current = open;
      if (component.equals(CALENDAR)) {
        stray.end();
        giveUp("the calendar ends in line " + line.number() + " before this component does");
        inCalendar = false;
      } else if (current != null && component.equals(current.nested.peek())) {
        current.nested.pop();
        current.digest(line);
      } else if (current != null && component.equals(current.type)) {
        if (current.nested.isEmpty()) {
          complete(current, line);
        } else {
          giveUp("its " + shown(String.valueOf(current.nested.peek())) + " has no end");
        }
        open = null;
      } else if (current != null) {
        current.fault = "line " + line.number() + " ends a component that never began";
      } else if (!oldVersion) {
        stray.add(line.number(), line.name());
      }
    }

    /** The name behind BEGIN can be any text. */
    private static String shown(String component) {
      return component.matches("[A-Z-]{1,30}") ? component : "inner component";
    }

    private void header(String name, ContentLine line) {
      if (name.equals("VERSION") && line.value().strip().startsWith("1")) {
        oldVersion = true;
        sink.old(line.number());
      } else {
        headers.add(line);
      }
    }

    private void complete(ComponentSummary current, ContentLine last) {
      if (oldVersion) {
        return;
      }
      if (current.cut || last.end() - current.start > ExportReader.LARGEST_RESOURCE) {
        current.fault = "it is larger than %d MiB".formatted(ExportReader.LARGEST_RESOURCE >> 20);
      }
      if (!TOP.contains(current.type)) {
        current.fault = "this is not an event, task or journal entry";
      }
      if (current.fault != null) {
        sink.broken(current.line, current.fault);
        return;
      }
      found = true;
      current.unreadable.forEach(
          unreadable ->
              sink.broken(
                  unreadable, "this line is not a property; the entry was read without it"));
      if (++components > ExportReader.MOST_COMPONENTS) {
        return;
      }
      CalendarPart part = current.part(text, last.end(), inCalendar ? headers.last() : -1);
      if (part.type.equals(ZONE)) {
        if (current.zone != null) {
          add(current.zone, part);
        }
      } else {
        add(part);
      }
    }

    void giveUp(String cause) {
      if (open != null && !oldVersion) {
        sink.broken(open.line, cause);
      }
      open = null;
    }
  }

  private void add(Digest.Value name, CalendarPart zone) {
    CalendarPart first = zones.putIfAbsent(name, zone);
    if (first != null && !first.content.equals(zone.content)) {
      zones.putIfAbsent(inCalendar(name, zone.calendar), zone);
    }
  }

  private void add(CalendarPart part) {
    CalendarPart before = firstByUid.putIfAbsent(part.uid, part);
    if (before != null) {
      CalendarPart last = before.last == null ? before : before.last;
      last.next = part;
      before.last = part;
    }
  }
}
