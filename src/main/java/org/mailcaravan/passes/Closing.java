package org.mailcaravan.passes;

import org.mailcaravan.secrets.Vault;
import org.mailcaravan.store.Closings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes migrations that are complete, and purges their passwords: the bean {@code closing} of the
 * routes. Thread-safe.
 */
public final class Closing {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private final Closings closings;
  private final Vault vault;

  public Closing(Closings closings, Vault vault) {
    this.closings = closings;
    this.vault = vault;
  }

  /** Closes those that are due, each in a transaction of its own: one that fails stops no other. */
  public void turn() {
    for (String id : closings.due()) {
      try {
        if (closings.close(id, vault::forget)) {
          LOG.info("migration {} is closed, and its passwords are purged", id);
        }
      } catch (RuntimeException e) {
        LOG.error("migration {} could not be closed; it is tried again", id, e);
      }
    }
  }
}
