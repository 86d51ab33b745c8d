package org.mailcaravan.dav;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The properties of calendars. Exports can hold one calendar for each event, so equal ones are kept
 * once, and no more of them than a bound.
 */
final class CalendarHeaders {
  private static final int LONGEST = 64 << 10;
  private static final int MOST = 4 << 20;

  private final List<String> headers = new ArrayList<>();
  private final Map<String, String> known = new HashMap<>();
  private final StringBuilder current = new StringBuilder();
  private int kept;

  /** A calendar begins. */
  void begin() {
    end();
    headers.add("");
  }

  /** A property of the calendar that began last; METHOD is left out (RFC 4791, section 4.1). */
  void add(ContentLine line) {
    if (!line.name().equals("METHOD") && current.length() + line.wire().length() <= LONGEST) {
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
