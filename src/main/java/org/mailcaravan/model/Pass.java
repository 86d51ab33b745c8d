package org.mailcaravan.model;

/** The service copies every mailbox twice: before and after the customer changes the MX records. */
public enum Pass {
  FIRST,
  SECOND
}
