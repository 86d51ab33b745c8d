package org.mailcaravan.model;

/** What a {@link Certificate} says about a mailbox. */
public enum Verdict {
  /** Every source message that no rule excludes is at the destination now. */
  COMPLETE,
  /** Every message was delivered; some copies are no longer at the destination. */
  DELIVERED,
  /** Something is missing, altered, or could not be compared. */
  INCOMPLETE
}
