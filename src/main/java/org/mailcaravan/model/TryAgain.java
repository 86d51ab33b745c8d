package org.mailcaravan.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A failure that often passes by itself, such as a lost connection or a throttled account. Routes
 * retry it.
 */
public final class TryAgain extends MigrationException {
  private static final long serialVersionUID = 1L;

  private final @Nullable Duration after;

  /**
   * @param after how long the server asked us to wait, or null when it did not say
   */
  public TryAgain(Problem problem, @Nullable Duration after, Throwable cause) {
    super(problem, cause);
    this.after = after;
  }

  /** How long the server asked us to wait, or null when it did not say. */
  public @Nullable Duration after() {
    return after;
  }
}
