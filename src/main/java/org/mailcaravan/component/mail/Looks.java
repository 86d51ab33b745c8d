package org.mailcaravan.component.mail;

import jakarta.mail.AuthenticationFailedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.spi.PollingConsumerPollStrategy;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.status.SupportMailboxFailure;
import org.mailcaravan.store.FailedLooks;
import org.mailcaravan.store.Outage;
import org.mailcaravan.store.Timers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the support mailbox is looked into: by one of the nodes, as often as the route says, and
 * when its server tells that mail has arrived. After a look that failed the next one waits, longer
 * each time, and the server is not asked to tell either. A service that starts looks at once, since
 * its settings may be other ones. A node that stops lets another one look at once; after a kill
 * another one does when the lease has ended. For the thread of one consumer.
 */
final class Looks implements PollingConsumerPollStrategy, ExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Looks.class);
  private static final String NAME = "support-mail";

  /** Longer than one mail takes, of which each renews it. */
  private static final Duration LEASE = Duration.ofMinutes(2);

  private static final Duration RENEWAL = LEASE.dividedBy(3);

  private static final int MOST_CAUSES = 4;

  /** However often the server tells of mail. */
  private static final Duration LEAST_BETWEEN = Duration.ofSeconds(1);

  private final SupportMailbox mailbox;
  private final Timers timers;
  private final FailedLooks failures;
  private final @Nullable Arrivals arrivals;
  private final Duration between;
  private final Clock clock;
  private final LongSupplier nanos;
  private long heldAt;
  private long lookedAt;
  private boolean isMine;
  private boolean wasMine;
  private boolean told;
  private boolean failed;
  private boolean failedBefore;

  /** Whether the last look went well, and nothing else is recorded. */
  private boolean isWell;

  /** Not before; null where the last look went well. */
  private @Nullable Instant nextLook;

  /**
   * @param arrivals tells of mail; null where only time does
   * @param between two looks
   * @param nanos a clock like {@link System#nanoTime}
   */
  Looks(
      SupportMailbox mailbox,
      Timers timers,
      FailedLooks failures,
      @Nullable Arrivals arrivals,
      Duration between,
      Clock clock,
      LongSupplier nanos) {
    this.mailbox = mailbox;
    this.timers = timers;
    this.failures = failures;
    this.arrivals = arrivals;
    this.between = between;
    this.clock = clock;
    this.nanos = nanos;
    long longAgo = nanos.getAsLong() - LEASE.plus(between).toNanos();
    this.heldAt = longAgo;
    this.lookedAt = longAgo;
  }

  @Override
  public boolean begin(Consumer consumer, Endpoint endpoint) {
    return begin();
  }

  /** Whether it is time to look, and this node is the one that does. */
  boolean begin() {
    told |= arrivals != null && arrivals.told();
    boolean looks = isDue();
    if (!looks && !isOver(RENEWAL, heldAt)) {
      return false;
    }
    failed = false;
    isMine = hold();
    heldAt = nanos.getAsLong();
    if (!isMine && arrivals != null) {
      arrivals.stop();
    }
    if (!looks) {
      return false;
    }
    if (isMine && !isDue()) {
      // Another node has learned that it cannot be looked into.
      return false;
    }
    lookedAt = nanos.getAsLong();
    told = false;
    if (isMine) {
      mailbox.beginLook();
    }
    return isMine;
  }

  private boolean isDue() {
    return nextLook == null
        ? isOver(between, lookedAt) || (told && isOver(LEAST_BETWEEN, lookedAt))
        : !clock.instant().isBefore(nextLook);
  }

  private boolean isOver(Duration time, long since) {
    return nanos.getAsLong() - since >= time.toNanos();
  }

  /** Whether this node is the one that looks; where the database is away, none is. */
  private boolean hold() {
    try {
      boolean held = timers.hold(NAME, LEASE);
      if (!held) {
        nextLook = null;
      } else if (!isMine && wasMine) {
        nextLook = failures.last().map(SupportMailboxFailure::nextLook).orElse(null);
      }
      // Meanwhile another node may have recorded a failure, which ours does away with.
      isWell &= isMine;
      wasMine |= held;
      return held;
    } catch (RuntimeException e) {
      if (!Outage.causes(e)) {
        throw e;
      }
      handleException(e);
      return false;
    }
  }

  /** It goes on to be the one; for each mail. */
  void goOn() {
    boolean unused = timers.hold(NAME, LEASE);
  }

  /** Another one may look. */
  void letGo() {
    isMine = false;
    if (arrivals != null) {
      arrivals.stop();
    }
    try {
      timers.letGo(NAME);
    } catch (RuntimeException e) {
      LOG.debug("the lease of the support mailbox ends by itself", e);
    }
  }

  @Override
  public void commit(Consumer consumer, Endpoint endpoint, int mails) {
    try {
      if (!failed) {
        told |= mailbox.endLook();
      }
      if (!isWell && failures.succeeded()) {
        LOG.info("the support mailbox can be looked into again");
      }
      isWell = true;
      nextLook = null;
      failedBefore &= failed;
    } catch (RuntimeException e) {
      handleException(e);
    }
    if (arrivals != null) {
      arrivals.listen();
    }
  }

  @Override
  public boolean rollback(Consumer consumer, Endpoint endpoint, int retries, Exception cause) {
    if (!Outage.causes(cause)) {
      lookFailed(cause);
    }
    return false;
  }

  /** The mailbox could not be reached, opened or read. */
  void lookFailed(Exception cause) {
    if (arrivals != null) {
      arrivals.stop();
    }
    isWell = false;
    try {
      nextLook = failures.failed(isRefusal(cause), words(cause)).nextLook();
    } catch (RuntimeException e) {
      LOG.debug("it cannot be recorded that the support mailbox cannot be looked into", e);
      nextLook = clock.instant().plus(FailedLooks.LONGEST_WAIT);
    }
  }

  @Override
  public void handleException(Throwable cause) {
    handleException("", null, cause);
  }

  @Override
  public void handleException(String message, Throwable cause) {
    handleException(message, null, cause);
  }

  /** One line for the first of several failures in a row. */
  @Override
  public void handleException(String message, @Nullable Exchange mail, Throwable cause) {
    failed = true;
    String why = words(cause);
    if (failedBefore) {
      LOG.debug("the support mailbox cannot be looked into: {}", why);
    } else {
      LOG.warn(
          "the support mailbox cannot be looked into, which is tried again in {} s: {}",
          Math.max(1, untilNext().toSeconds()),
          why);
    }
    failedBefore = true;
  }

  private Duration untilNext() {
    return nextLook == null ? between : Duration.between(clock.instant(), nextLook);
  }

  private static boolean isRefusal(Throwable cause) {
    return causes(cause).anyMatch(AuthenticationFailedException.class::isInstance);
  }

  private static String words(Throwable cause) {
    String said =
        causes(cause)
            .map(Throwable::getMessage)
            .filter(Objects::nonNull)
            .distinct()
            .collect(Collectors.joining(": "));
    return (isRefusal(cause) ? "its server refuses our login: " : "") + VisibleText.of(said);
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MOST_CAUSES);
  }
}
