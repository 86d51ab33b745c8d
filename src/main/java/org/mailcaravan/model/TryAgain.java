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
  private final transient NextStep nextStep;

  /**
   * @param after how long the server asked us to wait, or null when it did not say
   */
  public TryAgain(Problem problem, @Nullable Duration after, Throwable cause) {
    this(problem, new NextStep(problem.nextStep(), false, ""), after, cause);
  }

  /**
   * @param nextStep of the problem, in its parts
   * @param after how long the server asked us to wait, or null when it did not say
   */
  public TryAgain(Problem problem, NextStep nextStep, @Nullable Duration after, Throwable cause) {
    super(problem, cause);
    this.after = after;
    this.nextStep = nextStep;
  }

  /** The next step of the problem, in its parts. */
  public NextStep nextStep() {
    return nextStep;
  }

  /** How long the server asked us to wait, or null when it did not say. */
  public @Nullable Duration after() {
    return after;
  }
}
