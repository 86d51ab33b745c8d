package org.mailcaravan.model;

/** Every mailbox is copied twice: before and after the customer changes the MX records. */
public enum Pass {
  FIRST,
  SECOND
}
