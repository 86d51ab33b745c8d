package org.mailcaravan.model;

/**
 * Who makes the mailboxes that are missing at the new server, in all that is shown: the customers,
 * unless an HTTP API of ours does it. What is stored keeps the problem as its server told it.
 *
 * @param isApi whether an HTTP API of ours creates them
 */
public record MailboxMaker(boolean isApi) {
  /** What a mailbox is called where its address stands beside it. */
  public static final String MAILBOX = "the mailbox";

  /** Whose it is. */
  public Owner owner() {
    return isApi ? Owner.US : Owner.CUSTOMER;
  }

  /**
   * What to do, as a sentence; most servers refuse a missing mailbox and a wrong login alike.
   *
   * @param mailbox its address, or {@code the mailbox}
   */
  public String nextStep(String mailbox) {
    return isApi
        ? "See in the log why our API did not create " + mailbox + ", or create it by hand."
        : "Create " + mailbox + " at the new server. If it is there already, tell us.";
  }

  /** A problem as everybody is told of it. */
  public Problem shown(Problem problem) {
    return Preflight.mayBeMissing(problem) && !isApi
        ? new Problem(problem.code(), problem.place(), problem.cause(), owner(), nextStep(MAILBOX))
        : problem;
  }
}
