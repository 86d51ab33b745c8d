package org.mailcaravan.model;

/**
 * The root of every error that this program raises on purpose. It carries the {@link Problem} and,
 * where they are known, the mailbox and folder it happened in.
 *
 * <p>There are three kinds: {@link RequestRejected} (nothing was started), {@link TryAgain} (it may
 * pass: routes retry it) and {@link NeedsAttention} (it will not pass by itself: routes report it).
 * Anything else that is thrown is a fault of ours.
 */
public abstract sealed class MigrationException extends RuntimeException
    permits RequestRejected, TryAgain, NeedsAttention {
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

  /** What happened, where, who can fix it and how. */
  public Problem problem() {
    return problem;
  }
}
