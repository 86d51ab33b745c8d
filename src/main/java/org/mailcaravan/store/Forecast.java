package org.mailcaravan.store;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * When mailboxes will be copied by about, from how large they are, how fast their server is, and
 * what waits before them. It asks nobody: the same numbers give the same time.
 */
final class Forecast {
  /** Each mailbox costs so long, however little is in it: logins, folders, the comparison. */
  private static final double SECONDS_EACH = 5;

  private static final double DAY = Duration.ofDays(1).toSeconds();

  private Forecast() {}

  /**
   * How fast a server gives one mailbox.
   *
   * @param bytesPerSecond above 0
   * @param bytesADay what it gives of one mailbox within a day at most; 0 when it has no such limit
   * @param atOnce how many mailboxes are copied from it side by side; at least 1
   */
  record Pace(double bytesPerSecond, long bytesADay, int atOnce) {
    private double seconds(double bytes) {
      double plain = SECONDS_EACH + bytes / bytesPerSecond;
      // The last part of a day need not wait for its end.
      double days = bytesADay > 0 ? Math.floor(bytes / bytesADay) : 0;
      return Math.max(plain, days * DAY);
    }
  }

  /**
   * How long it takes.
   *
   * @param bytes of each mailbox that is still to be copied, as far as they are known
   * @param unknown how many more there are, which count as one of those that are known
   * @param before octets of other mailboxes that are copied before these
   * @return empty when nothing is known of any of them
   */
  static Optional<Duration> of(List<Long> bytes, int unknown, long before, Pace pace) {
    if (bytes.isEmpty()) {
      return unknown == 0 ? Optional.of(Duration.ZERO) : Optional.empty();
    }
    double average = bytes.stream().mapToLong(Long::longValue).average().orElse(0);
    double work =
        bytes.stream().mapToDouble(pace::seconds).sum()
            + unknown * pace.seconds(average)
            + before / pace.bytesPerSecond;
    double largest = bytes.stream().mapToDouble(pace::seconds).max().orElse(0);
    return Optional.of(Duration.ofSeconds(Math.round(Math.max(largest, work / pace.atOnce))));
  }

  /** The time as a person wants it: the next half hour, hour or day, the farther the rougher. */
  static Instant rounded(ZonedDateTime now, Duration left) {
    ZonedDateTime at = now.plus(left);
    if (left.compareTo(Duration.ofHours(6)) < 0) {
      return halfHour(at);
    }
    if (left.compareTo(Duration.ofDays(2)) < 0) {
      return at.truncatedTo(ChronoUnit.HOURS).plusHours(1).toInstant();
    }
    return at.truncatedTo(ChronoUnit.DAYS).plusDays(1).toInstant();
  }

  /** The next half hour. */
  static Instant halfHour(ZonedDateTime at) {
    return at.truncatedTo(ChronoUnit.HOURS).plusMinutes(at.getMinute() < 30 ? 30 : 60).toInstant();
  }
}
