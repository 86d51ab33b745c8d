package org.mailcaravan.model;

/**
 * The pass that this thread runs has another owner now, or none: its lease ended before it was
 * renewed, or a person cancelled it. Nothing of it was written. The thread stops at once and leaves
 * everything to the next owner, who settles what was under way. It is no failure of the mailbox,
 * and is not retried here.
 */
public final class LeaseLost extends MigrationException {
  private static final long serialVersionUID = 1L;

  private final long pass;

  public LeaseLost(Claim claim) {
    super(problem(claim));
    this.pass = claim.pass();
  }

  /**
   * The database did not do what the pass asked for, or nobody knows whether it did.
   *
   * @param failure what the database said
   */
  public LeaseLost(Claim claim, Throwable failure) {
    super(
        new Problem(
            place(claim),
            "the database does not answer, or took too long: " + rootOf(failure).getMessage(),
            Owner.US,
            "See that the database runs and can be reached. The pass goes on from where it is recorded"
                + " to be."),
        failure);
    this.pass = claim.pass();
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static Where place(Claim claim) {
    return Where.ofMailbox("pass " + claim.pass() + " of", claim.mailbox().sourceAddress());
  }

  private static Problem problem(Claim claim) {
    return new Problem(
        place(claim),
        "another node has taken over the pass, since this one did not renew its lease in time",
        Owner.US,
        "Nothing needs to be done for this mailbox. If it happens often, see whether this node or the"
            + " database is overloaded.");
  }

  /** The number of the pass. */
  public long pass() {
    return pass;
  }
}
