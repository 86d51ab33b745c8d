package org.mailcaravan.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code verify} found for one mailbox.
 *
 * @param certificate null when the two sides could not be compared
 * @param problems what prevented the comparison, and what somebody must fix
 */
public record MailboxVerification(
    Mailbox mailbox, @Nullable Certificate certificate, List<Problem> problems) {
  public MailboxVerification {
    problems = List.copyOf(problems);
  }

  /** Whether every message of the mailbox is at the destination, and there are no problems. */
  public boolean complete() {
    return certificate != null && certificate.verdict() == Verdict.COMPLETE && problems.isEmpty();
  }
}
