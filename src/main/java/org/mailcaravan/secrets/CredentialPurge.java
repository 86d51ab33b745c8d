package org.mailcaravan.secrets;

import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes credentials that are no longer needed: the bean {@code credential-purge} of the routes.
 * Thread-safe.
 */
public final class CredentialPurge {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialPurge.class);

  private final Vault vault;
  private final Clock clock;
  private final Duration keep;

  /**
   * @param keep how long a credential is kept after it was stored
   */
  public CredentialPurge(Vault vault, Clock clock, Duration keep) {
    this.vault = vault;
    this.clock = clock;
    this.keep = keep;
  }

  /** Deletes credentials that are older. */
  public void run() {
    int mailboxes = vault.forgetBefore(clock.instant().minus(keep));
    if (mailboxes > 0) {
      LOG.info("credentials of {} mailboxes deleted after {} days", mailboxes, keep.toDays());
    }
  }
}
