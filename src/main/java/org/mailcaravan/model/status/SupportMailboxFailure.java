package org.mailcaravan.model.status;

import java.time.Instant;

/**
 * The support mailbox cannot be looked into, so that no request comes in by mail.
 *
 * @param since when the first of the looks failed that have failed in a row
 * @param failures how many these are
 * @param nextLook when it is tried again
 * @param isRefused whether its server refuses our login
 * @param why the last one failed
 */
public record SupportMailboxFailure(
    Instant since, int failures, Instant nextLook, boolean isRefused, String why) {
  /** What we do to fix it. */
  public String nextStep() {
    return isRefused
        ? "Correct mail.username or mail.password, and restart the service."
        : "Look whether the server of mail.host runs and can be reached from here, and whether"
            + " mail.port, mail.security and mail.folder are right.";
  }
}
