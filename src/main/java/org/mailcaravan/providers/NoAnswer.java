package org.mailcaravan.providers;

/** A question to a DNS or web server was not answered usefully; the message says why. */
final class NoAnswer extends Exception {
  private static final long serialVersionUID = 1L;

  NoAnswer(String words) {
    super(words);
  }

  /** Why, in words for people. */
  String words() {
    return String.valueOf(getMessage());
  }
}
