package org.mailcaravan.model;

/** The request as a whole cannot be used; nothing was started and nothing is lost. */
public final class RequestRejected extends MigrationException {
  private static final long serialVersionUID = 1L;

  public RequestRejected(Problem problem) {
    super(problem);
  }
}
