package org.mailcaravan.dav;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a server does when an event with attendees is stored. */
enum Scheduling {
  /** It only stores it. */
  NONE,
  /** It mails the attendees, unless the event leaves that to the client (RFC 6638, section 7.1). */
  UNLESS_LEFT_TO_CLIENT,
  /** It mails them whatever the event says, as Zimbra 8.8 does. */
  ALWAYS;

  // RFC 6638, section 2.
  private static final String AUTOMATIC = "calendar-auto-schedule";

  /**
   * Reads it from the headers of an answer. Zimbra shows in its cookies, and by its name in the
   * challenge that comes without a login.
   */
  static Scheduling of(Map<String, List<String>> headers) {
    boolean automatic = false;
    for (Map.Entry<String, List<String>> header : headers.entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      for (String each : header.getValue()) {
        String value = each.toLowerCase(Locale.ROOT);
        if (name.contains("zimbra")
            || value.contains("zimbra")
            || (name.equals("set-cookie") && value.startsWith("zm_"))) {
          return ALWAYS;
        }
        automatic |= name.equals("dav") && value.contains(AUTOMATIC);
      }
    }
    return automatic ? UNLESS_LEFT_TO_CLIENT : NONE;
  }
}
