package org.mailcaravan.imap;

/**
 * The tagged response that ends a command.
 *
 * @param code the response code as read
 * @param shownCode the code with its arguments, made fit to be shown
 * @param shown the words for people, made fit to be shown
 * @param also what the server warned of before, or empty
 */
record Completion(Kind kind, ResponseText code, String shownCode, String shown, String also) {
  enum Kind {
    OK,
    NO,
    BAD
  }

  boolean ok() {
    return kind == Kind.OK;
  }

  /** What a NO or BAD said. */
  ServerRefusal refusal() {
    return new ServerRefusal(kind == Kind.BAD, shownCode, shown, also);
  }
}
