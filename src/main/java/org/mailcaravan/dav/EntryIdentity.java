package org.mailcaravan.dav;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The content of a card or calendar object, apart from how it is written. It identifies a copy even
 * after a server has rewritten it. Order, folds, case of names, quotes, escapes, empty parts at the
 * end of a value and time zone definitions do not matter, nor do properties that every program sets
 * anew, nor who invites the attendees.
 *
 * @param uid its UID, or empty when it has none
 * @param digest equal for equal content
 * @param revised its latest REV or LAST-MODIFIED as 14 digits, or empty when it has none
 */
record EntryIdentity(String uid, String digest, String revised) {
  private static final Set<String> CHANGING =
      Set.of(
          "VERSION", "PRODID", "CALSCALE", "METHOD", "DTSTAMP", "CREATED", "LAST-MODIFIED", "REV");
  // Radicale adds its own name of the resource.
  private static final String RADICALE = "X-RADICALE-";
  // Who invites people to an event, and whether that was done (RFC 6638, section 7).
  private static final Set<String> OF_SCHEDULING =
      Set.of("SCHEDULE-AGENT", "SCHEDULE-STATUS", "SCHEDULE-FORCE-SEND");
  private static final Set<String> REVISIONS = Set.of("REV", "LAST-MODIFIED");
  private static final String ZONE = "VTIMEZONE";

  static EntryIdentity of(String text) {
    Deque<Component> open = new ArrayDeque<>();
    Component all = new Component("");
    open.push(all);
    String uid = "";
    String revised = "";
    for (String line : text.replaceAll("\\r?\\n[ \\t]", "").split("\\r?\\n", -1)) {
      int colon = ContentLine.colon(line);
      if (colon < 0) {
        continue;
      }
      String head = line.substring(0, colon).strip();
      String value = line.substring(colon + 1);
      String name = head.toUpperCase(Locale.ROOT);
      if (name.equals("BEGIN")) {
        open.push(new Component(value.strip().toUpperCase(Locale.ROOT)));
      } else if (name.equals("END")) {
        if (open.size() > 1) {
          Component ended = open.pop();
          if (!ended.name.equals(ZONE)) {
            open.element().parts.add(ended.text());
          }
        }
      } else {
        // Alarms have UIDs of their own. The UID of a calendar object is in its second level.
        if (uid.isEmpty() && open.size() <= 3 && name.split(";", 2)[0].equals("UID")) {
          uid = value.strip();
        }
        if (REVISIONS.contains(name.split(";", 2)[0]) && !open.element().name.equals(ZONE)) {
          String told = moment(value);
          revised = told.compareTo(revised) > 0 ? told : revised;
        }
        String property = property(head, value);
        if (property != null) {
          open.element().parts.add(property);
        }
      }
    }
    while (open.size() > 1) {
      Component unclosed = open.pop();
      open.element().parts.add(unclosed.text());
    }
    return new EntryIdentity(uid, Digest.of(all.text()), revised);
  }

  /** A date with time as digits that sort by time; empty for anything else. */
  private static String moment(String value) {
    String digits = value.replaceFirst("\\..*", "").replaceAll("[^0-9]", "");
    return digits.length() < 8 || digits.length() > 14 ? "" : (digits + "000000").substring(0, 14);
  }

  /** Whether both have a time of the last change, and this one is earlier. */
  boolean isOlderThan(EntryIdentity other) {
    return !revised.isEmpty() && revised.compareTo(other.revised) < 0;
  }

  private static @Nullable String property(String head, String value) {
    List<String> parts = split(head, ';');
    String name = parts.get(0).toUpperCase(Locale.ROOT);
    String bare = name.substring(name.indexOf('.') + 1);
    String said = bare.equals("ADR") ? value(address(value)) : value(value);
    if (CHANGING.contains(bare) || bare.startsWith(RADICALE) || said.isEmpty()) {
      return null;
    }
    Set<String> parameters = new TreeSet<>();
    for (String parameter : parts.subList(1, parts.size())) {
      int equals = parameter.indexOf('=');
      String key = (equals < 0 ? "TYPE" : parameter.substring(0, equals)).toUpperCase(Locale.ROOT);
      if (OF_SCHEDULING.contains(ContentLine.parameterName(parameter).toUpperCase(Locale.ROOT))) {
        continue;
      }
      String values = parameter.substring(equals + 1).replace("\"", "");
      for (String each : values.split(",", -1)) {
        parameters.add(key + "=" + each.strip().toUpperCase(Locale.ROOT));
      }
    }
    if (bare.equals("TRIGGER") || bare.equals("DURATION")) {
      parameters.remove("VALUE=DURATION"); // the default (RFC 5545, section 3.8.6.3)
      said = duration(said);
    }
    // Two names of one encoding (RFC 2426, section 5, and vCard 2.1).
    boolean binary = parameters.removeAll(Set.of("ENCODING=B", "ENCODING=BASE64"));
    return name + parameters + (binary ? said.replaceAll("\\s", "") : said);
  }

  /**
   * The seven parts of an address (RFC 2426, section 3.2.1); Google writes more, which few servers
   * keep.
   */
  private static String address(String value) {
    int parts = 1;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == ';' && ++parts > 7) {
        return value.substring(0, i);
      }
    }
    return value;
  }

  /** One form for equal durations, such as "-P0DT0H10M0S" and "-PT10M". */
  private static String duration(String value) {
    try {
      return Duration.parse(value).toString();
    } catch (DateTimeParseException e) {
      return value; // in weeks, or a point in time
    }
  }

  /** The value without escapes and without empty parts at its end. */
  private static String value(String value) {
    StringBuilder said = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        c = value.charAt(++i);
        if (c != '\\') { // some servers escape twice
          said.append(c == 'n' || c == 'N' ? '\n' : c);
        }
      } else {
        said.append(c);
      }
    }
    int end = said.length();
    while (end > 0 && (said.charAt(end - 1) == ';' || said.charAt(end - 1) <= ' ')) {
      end--;
    }
    return said.substring(0, end).stripLeading();
  }

  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '"') {
        quoted = !quoted;
      } else if (text.charAt(i) == separator && !quoted) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }

  /** A component while it is read. */
  private static final class Component {
    final String name;
    final List<String> parts = new ArrayList<>();

    Component(String name) {
      this.name = name;
    }

    /** The parts, each after its length, so that different lists never give the same text. */
    String text() {
      Collections.sort(parts);
      StringBuilder text = new StringBuilder(name).append('\n');
      parts.forEach(part -> text.append(part.length()).append(' ').append(part).append('\n'));
      return text.toString();
    }
  }
}
