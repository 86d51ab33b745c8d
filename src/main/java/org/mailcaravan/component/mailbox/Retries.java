package org.mailcaravan.component.mailbox;

import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.util.ObjectHelper;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.passes.MailboxSessions;
import org.mailcaravan.passes.ReturningPasses;
import org.mailcaravan.sync.session.Attempts;
import org.mailcaravan.sync.session.MailboxSession;
import org.mailcaravan.sync.session.Patience;

/**
 * Decides whether to retry: the bean {@code retries} of the routes, for {@code retryWhile}. The
 * count starts again for each step, and when the pass made progress since the last failure.
 * Thread-safe.
 */
public final class Retries {
  private static final String ATTEMPTS = "MailCaravanAttempts";
  private static final String STEP = "MailCaravanStep";

  private final MailboxSessions sessions;
  private final ReturningPasses returning;
  private final int attempts;
  private final Duration delay;
  private final Duration maximumDelay;

  /**
   * @param returning which passes wait in their row
   * @param attempts how many retries without progress; 0 for none
   * @param delay the wait before the first retry; it doubles with each failure in a row
   * @param maximumDelay the longest such wait
   */
  public Retries(
      MailboxSessions sessions,
      ReturningPasses returning,
      int attempts,
      Duration delay,
      Duration maximumDelay) {
    this.sessions = sessions;
    this.returning = returning;
    this.attempts = attempts;
    this.delay = delay;
    this.maximumDelay = maximumDelay;
  }

  /**
   * Whether to retry, and how long to wait before: as long as the server asked for, up to {@link
   * Patience#LONGEST_IN_PASS}, or else longer with each failure in a row. The redelivery policy's
   * own delays do not count. A pass that would wait for long goes back to its row instead.
   */
  public boolean worthwhile(Exchange exchange) {
    Mailbox mailbox = exchange.getVariable("mailbox", Mailbox.class);
    MailboxSession session = sessions.of(mailbox);
    Claim claim = sessions.claim(mailbox);
    Attempts first = claim == null ? Attempts.NONE : Attempts.before(claim.attempts());
    String step = exchange.getProperty(ExchangePropertyKey.TO_ENDPOINT, "", String.class);
    Attempts before =
        step.equals(exchange.getProperty(STEP, "", String.class))
            ? exchange.getProperty(ATTEMPTS, first, Attempts.class)
            : first;
    Attempts tried = before.failed(session.tally());
    exchange.setProperty(STEP, step);
    exchange.setProperty(ATTEMPTS, tried);

    TryAgain failure =
        ObjectHelper.getException(
            TryAgain.class,
            exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class));
    Duration asked = failure == null ? null : failure.after();
    Duration wait = asked == null ? grown(tried.failures()) : asked;
    exchange
        .getMessage()
        .setHeader(
            Exchange.REDELIVERY_DELAY,
            Math.min(wait.toMillis(), Patience.LONGEST_IN_PASS.toMillis()));
    boolean worthwhile = tried.failures() <= attempts;
    if (worthwhile && failure != null) {
      returning.consider(session, claim, failure, wait, tried);
    }
    if (session.interruption() != null) {
      return false;
    }
    if (worthwhile && failure != null) {
      session.waits(failure, wait);
    }
    return worthwhile;
  }

  private Duration grown(int failures) {
    Duration grown = delay.multipliedBy(1L << Math.min(failures - 1, 20));
    return grown.compareTo(maximumDelay) < 0 ? grown : maximumDelay;
  }
}
