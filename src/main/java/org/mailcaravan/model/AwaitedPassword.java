package org.mailcaravan.model;

/**
 * What is said of a mailbox whose password at the old provider is not here. Its request came
 * without one, or the password was deleted after {@code secrets.keep-days}.
 */
public final class AwaitedPassword {
  private AwaitedPassword() {}

  /**
   * The problem, which is also the reason why its pass waits.
   *
   * @param address at the old provider
   */
  public static Problem problem(String address, Server source) {
    return new Problem(
        ProblemCode.NO_PASSWORD,
        Where.loginAt(source),
        "the password of " + address + " has not come yet, or is no longer kept",
        Owner.CUSTOMER,
        "Send the password. \"mailcaravan password "
            + address
            + "\" or a request with it takes it, and the mailbox goes on by itself.");
  }
}
