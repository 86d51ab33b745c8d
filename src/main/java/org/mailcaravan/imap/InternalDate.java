package org.mailcaravan.imap;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** INTERNALDATE ({@code date-time} in RFC 9051 section 9), with its zone both ways. */
final class InternalDate {
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
  private static final Pattern SYNTAX =
      Pattern.compile(
          " *(\\d{1,2})-(\\p{Alpha}{3})-(\\d{4}) +(\\d{1,2}):(\\d{2}):(\\d{2}) +([+-])(\\d{2})(\\d{2}) *");

  private InternalDate() {}

  /** The date, or null when it cannot be read. A leap second becomes the second before it. */
  static @Nullable OffsetDateTime parse(String text) {
    Matcher m = SYNTAX.matcher(text);
    if (!m.matches()) {
      return null;
    }
    String month = m.group(2).toLowerCase(Locale.ROOT);
    int number = 0;
    while (number < 12 && !MONTHS.get(number).toLowerCase(Locale.ROOT).equals(month)) {
      number++;
    }
    int minutes = Integer.parseInt(m.group(8)) * 60 + Integer.parseInt(m.group(9));
    try {
      return OffsetDateTime.of(
          Integer.parseInt(m.group(3)),
          number + 1,
          Integer.parseInt(m.group(1)),
          Integer.parseInt(m.group(4)),
          Integer.parseInt(m.group(5)),
          Math.min(Integer.parseInt(m.group(6)), 59),
          0,
          ZoneOffset.ofTotalSeconds((m.group(7).equals("-") ? -minutes : minutes) * 60));
    } catch (DateTimeException e) {
      return null;
    }
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
    return String.format(
        Locale.ROOT,
        "%02d-%s-%04d %02d:%02d:%02d %s%02d%02d",
        whole.getDayOfMonth(),
        MONTHS.get(whole.getMonthValue() - 1),
        whole.getYear(),
        whole.getHour(),
        whole.getMinute(),
        whole.getSecond(),
        minutes < 0 ? "-" : "+",
        Math.abs(minutes) / 60,
        Math.abs(minutes) % 60);
  }
}
