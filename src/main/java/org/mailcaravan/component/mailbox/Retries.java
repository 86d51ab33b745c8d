package org.mailcaravan.component.mailbox;

import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.util.ObjectHelper;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.sync.Sessions;

/**
 * Says whether another try is worthwhile: the bean {@code retries} of the routes, for {@code
 * retryWhile}. Tries are counted anew whenever something was copied since the last failure.
 * Thread-safe.
 */
public final class Retries {
  private static final String PROGRESS = "MailCaravanProgress";
  private static final String FAILURES = "MailCaravanFailures";
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private final Sessions sessions;
  private final int attempts;

  /**
   * @param attempts how often something is tried again without any progress; 0 is never
   */
  public Retries(Sessions sessions, int attempts) {
    this.sessions = sessions;
    this.attempts = attempts;
  }

  /**
   * Whether to try again. Where the server said how long to wait, the next delay is that long, an
   * hour at most; otherwise the redelivery policy's.
   */
  public boolean worthwhile(Exchange exchange) {
    Mailbox mailbox = exchange.getProperty("mailbox", Mailbox.class);
    long progress = sessions.of(mailbox).tally().arrived();
    boolean gotFurther = progress != exchange.getProperty(PROGRESS, -1L, Long.class);
    int failures = gotFurther ? 1 : exchange.getProperty(FAILURES, 0, Integer.class) + 1;
    exchange.setProperty(PROGRESS, progress);
    exchange.setProperty(FAILURES, failures);

    TryAgain failure =
        ObjectHelper.getException(
            TryAgain.class,
            exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class));
    Duration after = failure == null ? null : failure.after();
    if (after == null) {
      exchange.getMessage().removeHeader(Exchange.REDELIVERY_DELAY);
    } else {
      long millis = Math.min(after.toMillis(), LONGEST_WAIT.toMillis());
      exchange.getMessage().setHeader(Exchange.REDELIVERY_DELAY, millis);
    }
    return failures <= attempts;
  }
}
