package org.mailcaravan.dav;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Name and colour of a calendar.
 *
 * @param name NAME (RFC 7986) or X-WR-CALNAME, which most programs write, or null
 * @param colour X-APPLE-CALENDAR-COLOR or COLOR (RFC 7986), or null
 */
record CalendarTitle(@Nullable String name, @Nullable String colour) {
  /** The title of the first calendar in a range that has one. */
  static Optional<CalendarTitle> of(CalendarIndex index, int first, int behindLast) {
    for (int calendar = first; calendar < behindLast; calendar++) {
      String header = index.header(calendar).replaceAll("\r\n[ \t]", "");
      String name = value(header, "X-WR-CALNAME").or(() -> value(header, "NAME")).orElse(null);
      String colour =
          value(header, "X-APPLE-CALENDAR-COLOR").or(() -> value(header, "COLOR")).orElse(null);
      if (name != null || colour != null) {
        return Optional.of(new CalendarTitle(name, colour));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> value(String header, String name) {
    return header
        .lines()
        .filter(line -> line.regionMatches(true, 0, name, 0, name.length()))
        .filter(
            line -> line.length() > name.length() && ":;".indexOf(line.charAt(name.length())) >= 0)
        .map(line -> plain(line.substring(ContentLine.colon(line) + 1)))
        .filter(value -> !value.isEmpty())
        .findFirst();
  }

  /** Removes the escapes of RFC 5545, section 3.3.11. */
  private static String plain(String value) {
    return value.replaceAll("\\\\[nN]", " ").replaceAll("\\\\(.)", "$1").strip();
  }
}
