package org.mailcaravan.model.status;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From when on somebody wants to know what happened, as people write it. */
public final class Since {
  private static final Pattern SPAN = Pattern.compile("(\\d{1,4})([hd])");

  private Since() {}

  /**
   * Reads {@code yesterday} and {@code today} (from midnight on), {@code 2026-11-29}, {@code 24h},
   * {@code 7d} or a moment as in {@code 2026-11-29T07:00:00Z}.
   *
   * @param zone of days
   * @throws IllegalArgumentException for anything else, and for what is not in the past; the
   *     message continues "the value ..."
   */
  public static Instant of(String text, Instant now, ZoneId zone) {
    Instant since = read(text, now, zone);
    if (!since.isBefore(now)) {
      throw new IllegalArgumentException("is not in the past");
    }
    return since;
  }

  private static Instant read(String text, Instant now, ZoneId zone) {
    LocalDate today = LocalDate.ofInstant(now, zone);
    if (text.equals("today")) {
      return today.atStartOfDay(zone).toInstant();
    }
    if (text.equals("yesterday")) {
      return today.minusDays(1).atStartOfDay(zone).toInstant();
    }
    Matcher span = SPAN.matcher(text);
    if (span.matches()) {
      long number = Long.parseLong(span.group(1));
      return now.minus(
          span.group(2).equals("h") ? Duration.ofHours(number) : Duration.ofDays(number));
    }
    try {
      return text.indexOf('T') < 0
          ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
          : Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "is neither yesterday nor a date or span such as 2026-11-29, 24h or 7d", e);
    }
  }
}
