package org.mailcaravan.model;

/** Who can fix a problem. */
public enum Owner {
  /** The customer whose mail it is: a wrong password, a missing app password. */
  CUSTOMER("the customer"),
  /** The provider that the mailbox is leaving: an outage, a limit, a blocked address. */
  OLD_HOST("the old provider"),
  /** We, who run this program and the new server: configuration, quota, an error in the program. */
  US("us");

  private final String words;

  Owner(String words) {
    this.words = words;
  }

  /** For messages: "the customer", "the old provider", "us". */
  public String words() {
    return words;
  }
}
