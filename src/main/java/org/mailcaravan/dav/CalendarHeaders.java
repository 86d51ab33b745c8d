package org.mailcaravan.dav;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The properties of each calendar in the files. An export can hold one calendar for each event, so
 * equal texts are kept once, up to a limit. The properties are copied into each resource of the
 * calendar. Only lines that are properties of a calendar are taken: servers refuse a resource with
 * a line that they cannot read.
 */
final class CalendarHeaders {
  private static final int LONGEST = 64 << 10;
  private static final int MOST = 4 << 20;

  /** RFC 5545, section 3.7, and RFC 7986, section 5. Names that begin with X- are taken too. */
  private static final Set<String> OF_CALENDARS =
      Set.of(
          "PRODID",
          "VERSION",
          "CALSCALE",
          "METHOD",
          "NAME",
          "REFRESH-INTERVAL",
          "SOURCE",
          "COLOR",
          "IMAGE");

  /** Properties of RFC 7986 that calendars share with entries. */
  private static final Set<String> OF_BOTH =
      Set.of("DESCRIPTION", "UID", "LAST-MODIFIED", "URL", "CATEGORIES");

  /** Properties that a calendar has once (RFC 5545, section 3.6). */
  private static final Set<String> ONCE = Set.of("PRODID", "VERSION", "CALSCALE");

  private final List<String> headers = new ArrayList<>();
  private final Map<String, String> known = new HashMap<>();
  private final StringBuilder current = new StringBuilder();
  private final Set<String> seen = new HashSet<>();
  private int kept;

  /** Starts a calendar. */
  void begin() {
    end();
    headers.add("");
  }

  /**
   * Whether a line can be a property of a calendar.
   *
   * @param first whether it comes before all components of the calendar
   */
  static boolean isProperty(ContentLine line, boolean first) {
    String name = line.name();
    return line.isProperty()
        && (OF_CALENDARS.contains(name)
            || name.startsWith("X-")
            || (first && OF_BOTH.contains(name)));
  }

  /** Adds a property to the current calendar, except METHOD (RFC 4791, section 4.1). */
  void add(ContentLine line) {
    String name = line.name();
    if (name.equals("METHOD")
        || line.value().isBlank()
        || (name.equals("VERSION") && !line.value().strip().equals("2.0"))
        || (ONCE.contains(name) && !seen.add(name))) {
      return;
    }
    if (current.length() + line.wire().length() <= LONGEST) {
      current.append(line.wire());
    }
  }

  /** Completes the current calendar. */
  void end() {
    if (current.length() > 0) {
      String header = current.toString();
      String same = known.get(header);
      if (same == null && kept + header.length() <= MOST) {
        known.put(header, header);
        kept += header.length();
        same = header;
      }
      if (same != null) {
        headers.set(headers.size() - 1, same);
      }
      current.setLength(0);
    }
    seen.clear();
  }

  /** The number of the current calendar, counted from 0, or -1 when there is none. */
  int last() {
    return headers.size() - 1;
  }

  /** The properties of a calendar as the file has them; empty for -1. */
  String of(int calendar) {
    return calendar < 0 ? "" : headers.get(calendar);
  }
}
