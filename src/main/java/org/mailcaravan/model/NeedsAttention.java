package org.mailcaravan.model;

/** A mailbox or folder cannot go on until somebody does something; it is not retried. */
public final class NeedsAttention extends MigrationException {
  private static final long serialVersionUID = 1L;

  public NeedsAttention(Problem problem) {
    super(problem);
  }

  public NeedsAttention(Problem problem, Throwable cause) {
    super(problem, cause);
  }
}
