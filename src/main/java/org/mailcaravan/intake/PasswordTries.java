package org.mailcaravan.intake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many passwords that come by mail were refused for each mailbox: old providers lock accounts
 * after a few, and nobody is to guess through us. Kept in memory. Thread-safe.
 */
final class PasswordTries {
  /** Within {@link #LENGTH} from the first of them. */
  private static final int MOST_REFUSED = 3;

  private static final Duration LENGTH = Duration.ofHours(1);
  private static final int MOST_KNOWN = 10_000;

  private record Refused(int times, Instant since) {}

  private final Map<String, Refused> refused = new LinkedHashMap<>();
  private final Clock clock;

  PasswordTries(Clock clock) {
    this.clock = clock;
  }

  /** Whether another password of a mailbox may be tried. */
  synchronized boolean mayTry(String mailbox) {
    Refused before = refused.get(mailbox);
    return before == null
        || before.times < MOST_REFUSED
        || !clock.instant().isBefore(before.since.plus(LENGTH));
  }

  /** A password of a mailbox was refused. */
  synchronized void refused(String mailbox) {
    Instant now = clock.instant();
    refused.values().removeIf(each -> !now.isBefore(each.since.plus(LENGTH)));
    if (refused.size() >= MOST_KNOWN) {
      refused.remove(refused.keySet().iterator().next());
    }
    Refused before = refused.getOrDefault(mailbox, new Refused(0, now));
    refused.put(mailbox, new Refused(before.times + 1, before.since));
  }
}
