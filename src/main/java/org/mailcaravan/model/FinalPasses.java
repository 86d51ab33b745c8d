package org.mailcaravan.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * When the final passes of a mailbox are due, and when the old server counts as quiet.
 *
 * @param after how long after the cutover, ascending; the last one is not zero, and is also the
 *     time between further passes after it
 * @param afterOldRecords whether one is due, too, when no resolver has the old MX records any more
 * @param quiet how many in a row have to bring nothing, 1 or more
 */
public record FinalPasses(List<Duration> after, boolean afterOldRecords, int quiet) {
  /** At once, after the old TTL, then after one, three and seven days. */
  public static final FinalPasses STANDARD =
      new FinalPasses(
          List.of(Duration.ZERO, Duration.ofDays(1), Duration.ofDays(3), Duration.ofDays(7)),
          true,
          2);

  public FinalPasses {
    after = after.stream().sorted().distinct().toList();
    if (after.isEmpty() || after.get(after.size() - 1).isZero() || after.get(0).isNegative()) {
      throw new IllegalArgumentException("needs a time after the cutover");
    }
    if (quiet < 1) {
      throw new IllegalArgumentException("less than one quiet pass");
    }
  }

  /** The same, with another number of passes that have to bring nothing. */
  public FinalPasses untilQuiet(int passes) {
    return new FinalPasses(after, afterOldRecords, passes);
  }

  /** How many passes have a time of their own; those after the last one follow at its distance. */
  public int planned() {
    return after.size() + (afterOldRecords ? 1 : 0);
  }

  /**
   * When the first one is due.
   *
   * @param oldUntil until when a resolver may have the old MX records
   */
  public Instant first(Instant cutover, Instant oldUntil) {
    return next(cutover, oldUntil, cutover.minusNanos(1));
  }

  /** When the next one is due after a moment. */
  public Instant next(Instant cutover, Instant oldUntil, Instant now) {
    Duration last = after.get(after.size() - 1);
    Stream<Instant> planned = after.stream().map(cutover::plus);
    if (afterOldRecords && oldUntil.isAfter(cutover)) {
      planned = Stream.concat(planned, Stream.of(oldUntil));
    }
    return planned
        .filter(each -> each.isAfter(now))
        .min(Instant::compareTo)
        .orElseGet(
            () -> {
              long times = Duration.between(cutover, now).dividedBy(last);
              return cutover.plus(last.multipliedBy(times + 1));
            });
  }

  /**
   * How many passes in a row have brought nothing, after one more did. While a resolver may have
   * the old MX records, the old server may get mail at any time: the last one that counts begins
   * after that.
   *
   * @param before how many there were before it
   * @param begunAfterOldRecords whether no resolver had the old MX records when it began
   */
  public int quietAfter(int before, boolean begunAfterOldRecords) {
    return begunAfterOldRecords ? before + 1 : Math.min(before + 1, quiet - 1);
  }
}
