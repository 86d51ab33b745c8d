package org.mailcaravan.intake;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a time as people write it: 2026-12-01 18:00, 1.12.2026 18 Uhr, 2026-12-01 at 6:30 pm. */
final class StartTime {
  private static final String TIME =
      "(?:[,T\\s]+(?:at\\s+|um\\s+|à\\s+|a\\s+las\\s+)?(?<hour>\\d{1,2})(?:[:.h](?<minute>\\d{2}))?"
          + "\\s*(?<half>am|pm)?\\s*(?:uhr|h)?)?[.\\s]*";
  private static final List<Pattern> FORMS =
      List.of(
          Pattern.compile("(?i)(?<year>\\d{4})-(?<month>\\d{1,2})-(?<day>\\d{1,2})" + TIME),
          Pattern.compile(
              "(?i)(?<day>\\d{1,2})\\.\\s?(?<month>\\d{1,2})\\.\\s?(?<year>\\d{4})" + TIME));
  private static final int LONGEST = 60;
  private static final int HALF_A_DAY = 12;

  private StartTime() {}

  /** The local time; the beginning of the day where only that is given. Empty for all else. */
  static Optional<LocalDateTime> read(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    return FORMS.stream()
        .map(form -> form.matcher(text.strip()))
        .filter(Matcher::matches)
        .findFirst()
        .flatMap(StartTime::time);
  }

  /** A time with its offset, as programs write it (RFC 3339); empty for all else. */
  static Optional<Instant> readWithOffset(String text) {
    try {
      return text.length() > LONGEST
          ? Optional.empty()
          : Optional.of(OffsetDateTime.parse(text.strip()).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<LocalDateTime> time(Matcher form) {
    try {
      int hour = number(form, "hour");
      String half = form.group("half");
      if (half != null) {
        if (hour < 1 || hour > HALF_A_DAY) {
          return Optional.empty();
        }
        hour = hour % HALF_A_DAY + (half.equalsIgnoreCase("pm") ? HALF_A_DAY : 0);
      }
      return Optional.of(
          LocalDateTime.of(
              number(form, "year"),
              number(form, "month"),
              number(form, "day"),
              hour,
              number(form, "minute")));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static int number(Matcher form, String group) {
    String digits = form.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
