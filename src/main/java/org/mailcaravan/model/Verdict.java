package org.mailcaravan.model;

/** What a {@link Certificate} says of a mailbox. */
public enum Verdict {
  /** Every source message that no rule excludes is at the destination now. */
  COMPLETE,
  /** All was delivered; some copies are no longer at the destination. */
  DELIVERED,
  /** Something is missing, is not as it was, or could not be compared. */
  INCOMPLETE
}
