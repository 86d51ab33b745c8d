package org.mailcaravan.component.mail;

import java.time.Duration;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.spi.PollingConsumerPollStrategy;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.store.Outage;
import org.mailcaravan.store.Timers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the support mailbox is looked into: by one of the nodes, as often as the route says, and
 * when its server tells that mail has arrived. A node that stops lets another one look at once;
 * after a kill another one does when the lease has ended. For the thread of one consumer.
 */
final class Looks implements PollingConsumerPollStrategy, ExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Looks.class);
  private static final String NAME = "support-mail";

  /** Longer than one mail takes, of which each renews it. */
  private static final Duration LEASE = Duration.ofMinutes(2);

  private static final Duration RENEWAL = LEASE.dividedBy(3);

  /** However often the server tells of mail. */
  private static final Duration LEAST_BETWEEN = Duration.ofSeconds(1);

  private final SupportMailbox mailbox;
  private final Timers timers;
  private final @Nullable Arrivals arrivals;
  private final Duration between;
  private long heldAt;
  private long lookedAt;
  private boolean told;
  private boolean failed;
  private boolean failedBefore;

  /**
   * @param arrivals tells of mail; null where only time does
   * @param between two looks
   */
  Looks(SupportMailbox mailbox, Timers timers, @Nullable Arrivals arrivals, Duration between) {
    this.mailbox = mailbox;
    this.timers = timers;
    this.arrivals = arrivals;
    this.between = between;
    long longAgo = System.nanoTime() - LEASE.plus(between).toNanos();
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
    boolean looks = isOver(between, lookedAt) || (told && isOver(LEAST_BETWEEN, lookedAt));
    if (!looks && !isOver(RENEWAL, heldAt)) {
      return false;
    }
    failed = false;
    boolean mine = hold();
    heldAt = System.nanoTime();
    if (arrivals != null) {
      if (mine) {
        arrivals.listen();
      } else {
        arrivals.stop();
      }
    }
    if (!looks) {
      return false;
    }
    lookedAt = System.nanoTime();
    told = false;
    if (mine) {
      mailbox.beginLook();
    }
    return mine;
  }

  private static boolean isOver(Duration time, long since) {
    return System.nanoTime() - since >= time.toNanos();
  }

  /** Whether this node is the one that looks; where the database is away, none is. */
  private boolean hold() {
    try {
      return timers.hold(NAME, LEASE);
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
    if (failed) {
      return;
    }
    failedBefore = false;
    try {
      told |= mailbox.endLook();
    } catch (RuntimeException e) {
      handleException(e);
    }
  }

  @Override
  public boolean rollback(Consumer consumer, Endpoint endpoint, int retries, Exception cause) {
    return false;
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
    String why = VisibleText.of(String.valueOf(cause.getMessage()));
    if (failedBefore) {
      LOG.debug("the support mailbox cannot be looked into: {}", why);
    } else {
      LOG.warn(
          "the support mailbox cannot be looked into, which is tried again every {} s: {}",
          Math.max(1, between.toSeconds()),
          why);
    }
    failedBefore = true;
  }
}
