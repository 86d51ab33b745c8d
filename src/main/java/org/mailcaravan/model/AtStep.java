package org.mailcaravan.model;

import java.util.Optional;

/**
 * The step of a route at which something failed. A failure carries it as a suppressed one, so that
 * it is told wherever the failure is. Immutable.
 */
public final class AtStep extends Exception {
  private static final long serialVersionUID = 1;

  /** Failures are wrapped a few times at most; causes may go round in a circle. */
  private static final int DEEPEST = 20;

  private AtStep(String words) {
    super(words, null, false, false);
  }

  /**
   * Notes where something failed, unless that is known: what is within a step fails first.
   *
   * @param words such as {@code the step "a" of the route "b"}
   */
  public static void note(Throwable failure, String words) {
    if (of(failure).isEmpty()) {
      failure.addSuppressed(new AtStep(words));
    }
  }

  /** The step at which something failed, in words; empty where that is not known. */
  public static Optional<String> of(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; depth < DEEPEST && cause != null; depth++) {
      for (Throwable suppressed : cause.getSuppressed()) {
        if (suppressed instanceof AtStep step) {
          return Optional.of(String.valueOf(step.getMessage()));
        }
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }
}
