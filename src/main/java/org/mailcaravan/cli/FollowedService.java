package org.mailcaravan.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cli.client.NoService;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.model.NeedsAttention;

/**
 * A service that is asked for as long as a migration takes. One that does not answer, or fails,
 * gets a minute: it is started again, perhaps at another address, or its database is away. Not
 * thread-safe.
 */
final class FollowedService {
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Clock clock;
  private final Supplier<ServiceClient> place;
  private @Nullable ServiceClient client;

  /**
   * @param place looks for the service; it is asked again after each failure
   */
  FollowedService(Clock clock, Supplier<ServiceClient> place) {
    this.clock = clock;
    this.place = place;
  }

  /**
   * Asks once.
   *
   * @throws NoService when nothing answers
   * @throws NeedsAttention when the service fails
   */
  <T> T ask(Function<ServiceClient, T> question) {
    ServiceClient asked = client == null ? place.get() : client;
    client = null;
    T answer = question.apply(asked);
    client = asked;
    return answer;
  }

  /**
   * Asks until there is an answer. What the service refuses is an answer, too.
   *
   * @throws NoService when nothing answers for a minute
   * @throws NeedsAttention when the service fails for a minute; the problem is that of the last try
   */
  <T> T askPatiently(Function<ServiceClient, T> question) throws InterruptedException {
    Instant end = clock.instant().plus(PATIENCE);
    while (true) {
      try {
        return ask(question);
      } catch (NoService | NeedsAttention e) {
        if (clock.instant().isAfter(end)) {
          throw e;
        }
      }
      Thread.sleep(PERIOD.toMillis());
    }
  }
}
