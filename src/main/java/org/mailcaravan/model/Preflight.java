package org.mailcaravan.model;

import java.util.List;

/**
 * What was found of a mailbox before anything of it is copied.
 *
 * @param problems what will go wrong unless it is fixed; empty when all looks well
 * @param notes what is good to know: what is left out or renamed, mail that is there already
 */
public record Preflight(
    SideCheck source, SideCheck destination, List<Problem> problems, List<String> notes) {
  public Preflight {
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }

  /** Whether nothing was found that needs a person. */
  public boolean allGood() {
    return source.ok() && destination.ok() && problems.isEmpty();
  }

  /** Whether the mailbox may be missing at the new server. */
  public boolean mayBeMissing() {
    return !destination.ok() && problems.stream().anyMatch(Preflight::mayBeMissing);
  }

  /**
   * Whether a problem may say that the mailbox is missing at the new server: most servers say the
   * same of an unknown user and of a wrong password.
   */
  public static boolean mayBeMissing(Problem problem) {
    return problem.owner() == Owner.US
        && (problem.code() == ProblemCode.NO_MAILBOX
            || problem.code() == ProblemCode.WRONG_PASSWORD
            || problem.code() == ProblemCode.LOGIN_REFUSED);
  }

  /**
   * What the customer has to do.
   *
   * @param createsMailboxes whether a missing mailbox is created by itself
   */
  public List<Problem> ofCustomer(boolean createsMailboxes) {
    return problems.stream()
        .filter(
            each ->
                each.owner() == Owner.CUSTOMER
                    || (!createsMailboxes && !destination.ok() && mayBeMissing(each)))
        .toList();
  }
}
