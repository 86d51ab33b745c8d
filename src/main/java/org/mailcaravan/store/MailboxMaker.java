package org.mailcaravan.store;

import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.Problem;

/**
 * Who makes the mailboxes that are missing at the new server, in all that is shown: the customers,
 * unless an HTTP API of ours does it.
 */
record MailboxMaker(boolean isApi) {
  static final String MAILBOX = "the mailbox";

  Owner owner() {
    return isApi ? Owner.US : Owner.CUSTOMER;
  }

  /**
   * What to do, as a sentence; most servers refuse a missing mailbox and a wrong login alike.
   *
   * @param mailbox its address, or {@code the mailbox}
   */
  String nextStep(String mailbox) {
    return isApi
        ? "See in the log why our API did not create " + mailbox + ", or create it by hand."
        : "Create "
            + mailbox
            + " at the new server. If it is there already, check destination_password or the"
            + " destination.auth properties.";
  }

  /** A problem as everybody is told of it. */
  Problem shown(Problem problem) {
    return Preflight.mayBeMissing(problem) && !isApi
        ? new Problem(problem.code(), problem.place(), problem.cause(), owner(), nextStep(MAILBOX))
        : problem;
  }
}
