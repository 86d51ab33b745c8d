package org.mailcaravan.http;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Reads the header Retry-After: seconds or a date (RFC 9110, section 10.2.3). */
public final class RetryAfter {
  private RetryAfter() {}

  /** How long to wait from now; never negative. Empty when it is neither. */
  public static Optional<Duration> of(String retryAfter, Clock clock) {
    String text = retryAfter.strip();
    try {
      if (text.matches("\\d{1,9}")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
      }
      Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(clock.instant(), then);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
