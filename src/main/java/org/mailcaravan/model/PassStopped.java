package org.mailcaravan.model;

/**
 * A pass stops at this point, since a person or the program wants it to, or since it has to wait:
 * no failure of the mailbox, and not recorded as one. What is under way is finished first.
 */
public final class PassStopped extends MigrationException {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason in words
   */
  public PassStopped(String reason) {
    super(
        new Problem(
            ProblemCode.INTERRUPTED,
            Where.MAILBOX,
            reason,
            Owner.US,
            "Nothing needs to be done: the pass goes on where it was."));
  }
}
