package org.mailcaravan.model;

/**
 * The root of all exceptions that this program throws on purpose. It carries the {@link Problem},
 * which names the place.
 *
 * <p>There are four kinds: {@link RequestRejected} (nothing was started), {@link TryAgain} (it may
 * pass, so routes retry it) and {@link NeedsAttention} (it will not pass by itself, so routes
 * report it), and {@link LeaseLost} (another node goes on with it). Any other exception is an error
 * in this program.
 */
public abstract sealed class MigrationException extends RuntimeException
    permits RequestRejected, TryAgain, NeedsAttention, PassStopped, LeaseLost {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  MigrationException(Problem problem, Throwable cause) {
    super(problem.toString(), cause);
    this.problem = problem;
  }

  MigrationException(Problem problem) {
    this(problem, problem.toString());
  }

  MigrationException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  /** What happened, where, who can fix it, and how. */
  public Problem problem() {
    return problem;
  }
}
