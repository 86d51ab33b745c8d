package org.mailcaravan.model;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;

/**
 * How long before a start that is wanted outside office hours a request has to come.
 *
 * @param usual before most starts, 0 or more
 * @param weekend before a start on Saturday or Sunday, not less than {@code usual}
 */
public record Notice(Duration usual, Duration weekend) {
  public Notice {
    if (usual.isNegative() || weekend.compareTo(usual) < 0) {
      throw new IllegalArgumentException("a notice of %s, and %s".formatted(usual, weekend));
    }
  }

  /**
   * The earliest start that a request may have: the one that is wanted, if it came in time.
   *
   * @param zone in which it is a weekend or not
   */
  public Instant earliest(Instant received, Instant wanted, ZoneId zone) {
    Instant usually = later(wanted, received.plus(usual));
    ZonedDateTime local = usually.atZone(zone);
    if (local.getDayOfWeek().getValue() < DayOfWeek.SATURDAY.getValue()) {
      return usually;
    }
    Instant monday =
        local
            .toLocalDate()
            .with(TemporalAdjusters.next(DayOfWeek.MONDAY))
            .atStartOfDay(zone)
            .toInstant();
    Instant onWeekend = later(usually, received.plus(weekend));
    return onWeekend.isBefore(monday) ? onWeekend : monday;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }
}
