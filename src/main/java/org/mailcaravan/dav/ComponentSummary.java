package org.mailcaravan.dav;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@link CalendarIndex} gathers about a component while it reads it. */
final class ComponentSummary {
  // Each export rewrites them, or they only tell which revision it is.
  private static final Set<String> CHANGING = Set.of("DTSTAMP", "LAST-MODIFIED", "SEQUENCE");

  // Properties of which a new revision of an event keeps at least one.
  private static final List<String> LASTING = List.of("CREATED", "DTSTART", "SUMMARY");

  // Valid calendars have two levels (RFC 5545, section 3.6).
  private static final int DEEPEST = 100;

  private static final int MOST_UNREADABLE = 10;

  final String type;
  final long start;
  final int line;
  final Deque<String> nested = new ArrayDeque<>();
  private final Digest digest = new Digest();
  Digest.@Nullable Value uid;
  Digest.@Nullable Value zone;
  Digest.Value instance = CalendarPart.MASTER;
  int sequence = -1;
  long modified;
  boolean unique;
  final long[] marks = new long[LASTING.size()];
  boolean cut;
  @Nullable String fault;

  /** Numbers of the first lines that no server can read. */
  final List<Integer> unreadable = new ArrayList<>();

  ComponentSummary(String type, ContentLine begin) {
    this.type = type;
    this.start = begin.start();
    this.line = begin.number();
    digest(begin);
  }

  /** Starts a component within this one. */
  void nest(String component, ContentLine line) {
    if (nested.size() < DEEPEST) {
      nested.push(component);
    } else {
      fault = "its components are nested too deeply";
    }
    digest(line);
  }

  void add(ContentLine line) {
    cut |= line.cut();
    digest(line);
    if (!line.isProperty()) {
      if (unreadable.size() < MOST_UNREADABLE) {
        unreadable.add(line.number());
      }
      return;
    }
    // Apple gives alarms UIDs of their own, so only the outermost counts.
    if (!nested.isEmpty()) {
      return;
    }
    String value = line.value().strip();
    switch (line.name()) {
      case "UID" -> {
        if (uid == null && !value.isEmpty()) {
          uid = Digest.valueOf(value);
          unique = value.length() >= ExportReader.SHORTEST_UNIQUE_UID;
        }
      }
      case "TZID" -> zone = Digest.valueOf(value);
      case "RECURRENCE-ID" -> instance = Digest.valueOf(line.text().toUpperCase(Locale.ROOT));
      case "SEQUENCE" -> sequence = value.matches("\\d{1,9}") ? Integer.parseInt(value) : -1;
      case "LAST-MODIFIED" ->
          modified =
              value.matches("\\d{8}T\\d{6}Z?") ? Long.parseLong(value.replaceAll("[TZ]", "")) : 0;
      default -> {
        int mark = LASTING.indexOf(line.name());
        if (mark >= 0) {
          marks[mark] = Digest.valueOf(value).low();
        }
      }
    }
  }

  void digest(ContentLine line) {
    if (!CHANGING.contains(line.name())) {
      digest.add(line.text());
    }
  }

  CalendarPart part(ExportPart text, long end, int calendar) {
    return new CalendarPart(
        text, start, Math.toIntExact(end - start), line, calendar, this, digest.value());
  }
}
