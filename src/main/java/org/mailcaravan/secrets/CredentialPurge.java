package org.mailcaravan.secrets;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
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
  private final UnaryOperator<List<String>> unneeded;

  /**
   * @param keep how long a credential is kept after it was stored
   * @param unneeded those of some mailboxes for which nothing is due that logs in
   */
  public CredentialPurge(
      Vault vault, Clock clock, Duration keep, UnaryOperator<List<String>> unneeded) {
    this.vault = vault;
    this.clock = clock;
    this.keep = keep;
    this.unneeded = unneeded;
  }

  /** Purges, and has all that was deleted leave the files of the database. */
  public void run() {
    purge();
    vault.sweep();
  }

  /** Deletes credentials that are older, and that nothing needs any more. */
  public void purge() {
    int mailboxes = vault.forgetBefore(clock.instant().minus(keep), unneeded);
    if (mailboxes > 0) {
      LOG.info("credentials of {} mailboxes deleted after {} days", mailboxes, keep.toDays());
    }
  }
}
