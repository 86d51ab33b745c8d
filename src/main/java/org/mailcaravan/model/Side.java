package org.mailcaravan.model;

/** The two servers of a migration. */
public enum Side {
  SOURCE("the old provider's server"),
  DESTINATION("the new server");

  private final String words;

  Side(String words) {
    this.words = words;
  }

  public String words() {
    return words;
  }
}
