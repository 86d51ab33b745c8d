package org.mailcaravan.server;

import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** INTERNALDATE on the wire. */
final class HostDates {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm:ss Z", Locale.ENGLISH);

  private HostDates() {}

  static OffsetDateTime read(String text) {
    return OffsetDateTime.parse(text.replaceFirst("^ ", "0"), FORM);
  }

  static String write(OffsetDateTime date) {
    return FORM.format(date);
  }
}
