package org.mailcaravan.sync;

/** The two servers of a migration. */
enum Side {
  SOURCE("the old provider's server"),
  DESTINATION("our server");

  private final String words;

  Side(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }
}
