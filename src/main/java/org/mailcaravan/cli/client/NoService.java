package org.mailcaravan.cli.client;

import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;

/**
 * No service answers where a command looked for one. Where the answer to a change was lost, the
 * problem says that it may have been done.
 */
public final class NoService extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  /**
   * @param place where a service was looked for
   * @param cause what was tried and what came of it
   * @param nextStep how to start one, or where else to look
   */
  NoService(Where place, String cause, String nextStep) {
    super(place + ": " + cause);
    this.problem = new Problem(place, cause, Owner.US, nextStep);
  }

  /** Where no service answers, what was tried, and how to start one. */
  public Problem problem() {
    return problem;
  }
}
