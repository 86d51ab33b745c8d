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

  private static Problem problem(Claim claim) {
    return new Problem(
        Where.ofMailbox("pass " + claim.pass() + " of", claim.mailbox().sourceAddress()),
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
