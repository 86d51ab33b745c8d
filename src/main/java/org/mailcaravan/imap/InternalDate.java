package org.mailcaravan.imap;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** INTERNALDATE ({@code date-time} in RFC 9051 section 9), with its zone. */
final class InternalDate {
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
  private static final Pattern SYNTAX =
      Pattern.compile(
          " *(\\d{1,2})-(\\p{Alpha}{3})-(\\d{4}) +(\\d{1,2}):(\\d{2}):(\\d{2}) +([+-])(\\d{2})(\\d{2}) *");

  private InternalDate() {}

  /** The date, or null when it cannot be read. A leap second is read as the second before. */
  static @Nullable OffsetDateTime parse(String text) {
    Matcher m = SYNTAX.matcher(text);
    if (!m.matches()) {
      return null;
    }
    int month = 0;
    while (month < 12 && !text.regionMatches(true, m.start(2), MONTHS.get(month), 0, 3)) {
      month++;
    }
    int minutes = number(m, 8) * 60 + number(m, 9);
    try {
      return OffsetDateTime.of(
          number(m, 3),
          month + 1,
          number(m, 1),
          number(m, 4),
          number(m, 5),
          Math.min(number(m, 6), 59),
          0,
          ZoneOffset.ofTotalSeconds((text.charAt(m.start(7)) == '-' ? -minutes : minutes) * 60));
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static int number(Matcher m, int group) {
    return Integer.parseInt(m.group(group));
  }

  /** Whether the year has the four digits that IMAP allows. */
  static boolean canBeSent(OffsetDateTime date) {
    return date.getYear() >= 1 && date.getYear() < 9999;
  }

  /**
   * The form for APPEND, without quotes.
   *
   * @throws IllegalArgumentException unless {@link #canBeSent}
   */
  static String format(OffsetDateTime date) {
    int minutes = date.getOffset().getTotalSeconds() / 60;
    OffsetDateTime whole = date.withOffsetSameInstant(ZoneOffset.ofTotalSeconds(minutes * 60));
    if (!canBeSent(date)) {
      throw new IllegalArgumentException("the year " + date.getYear() + " cannot be sent");
    }
    StringBuilder text = new StringBuilder(26);
    digits(text, whole.getDayOfMonth(), 10).append('-');
    text.append(MONTHS.get(whole.getMonthValue() - 1)).append('-');
    digits(text, whole.getYear(), 1000).append(' ');
    digits(text, whole.getHour(), 10).append(':');
    digits(text, whole.getMinute(), 10).append(':');
    digits(text, whole.getSecond(), 10).append(minutes < 0 ? " -" : " +");
    return digits(text, Math.abs(minutes) / 60 * 100 + Math.abs(minutes) % 60, 1000).toString();
  }

  /**
   * Appends all digits of a number from its highest place on. Java's formatters took longer than
   * everything else here.
   */
  private static StringBuilder digits(StringBuilder text, int number, int place) {
    for (int left = place; left > 0; left /= 10) {
      text.append((char) ('0' + number / left % 10));
    }
    return text;
  }
}
