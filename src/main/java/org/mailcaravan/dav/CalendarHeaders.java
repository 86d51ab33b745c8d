package org.mailcaravan.dav;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The properties of calendars. Exports can hold one calendar for each event, so equal ones are kept
 * once, and no more of them than a bound. They become part of each resource, so that a line that is
 * no property of a calendar would harm all of them: servers refuse what they cannot read.
 */
final class CalendarHeaders {
  private static final int LONGEST = 64 << 10;
  private static final int MOST = 4 << 20;

  /** RFC 5545, section 3.7, and RFC 7986, section 5; names of programs' own begin with X-. */
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

  /** Those of RFC 7986 that an entry can have too. */
  private static final Set<String> OF_BOTH =
      Set.of("DESCRIPTION", "UID", "LAST-MODIFIED", "URL", "CATEGORIES");

  /** Those of which a calendar has one (RFC 5545, section 3.6). */
  private static final Set<String> ONCE = Set.of("PRODID", "VERSION", "CALSCALE");

  private final List<String> headers = new ArrayList<>();
  private final Map<String, String> known = new HashMap<>();
  private final StringBuilder current = new StringBuilder();
  private final Set<String> seen = new HashSet<>();
  private int kept;

  /** A calendar begins. */
  void begin() {
    end();
    headers.add("");
  }

  /**
   * Whether a line can be a property of a calendar.
   *
   * @param first whether no component of the calendar stands before it
   */
  static boolean isProperty(ContentLine line, boolean first) {
    String name = line.name();
    return line.isProperty()
        && (OF_CALENDARS.contains(name)
            || name.startsWith("X-")
            || (first && OF_BOTH.contains(name)));
  }

  /** A property of the calendar that began last; METHOD is left out (RFC 4791, section 4.1). */
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

  /** The calendar that began last has all its properties. */
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

  /** The number of the calendar that began last, or -1. */
  int last() {
    return headers.size() - 1;
  }

  /** The properties of a calendar as they stood. */
  String of(int calendar) {
    return calendar < 0 ? "" : headers.get(calendar);
  }
}
