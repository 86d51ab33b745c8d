package org.mailcaravan.life;

/** What becomes of a migration, as those are who ask for it or see to it. */
enum Customer {
  /** Changes the DNS some days after he is told to. */
  USUAL,
  /** Changes it, back again, and again. */
  FICKLE,
  /** Changes it where nobody sees it, and tells one of us, who says so. */
  UNSEEN,
  /**
   * Has addresses of a public provider, whose DNS tells nothing; one of us says when mail comes.
   */
  PUBLIC,
  /** Changes it at one server of the zone, and at the other days later. */
  HALF,
  /** Never changes it. */
  SILENT,
  /** Sends a wrong password, and the right one when he is told. */
  WRONG_PASSWORD,
  /** Sends a wrong password, and never the right one. */
  LOST_PASSWORD,
  /** Sends a list without one password, and that later. */
  LATE_PASSWORD,
  /** Cancels while it is copied, or before he changes the DNS. */
  CANCELS,
  /** Wants one of his mailboxes not moved after all. */
  CANCELS_ONE,
  /** Wants no more of it when the first pass is done; one of us closes it. */
  LEAVES,
  /** Cannot say a password; one of us closes it. */
  GIVES_UP,
  /** Sends his list twice at once. */
  TWICE,
  /** Sends his list again some days later. */
  AGAIN,
  /** Sends it again when all is closed, since mail came to the old server. */
  COMES_BACK,
  /** Sends his list twice at once, and one of us cancels the second one. */
  TWICE_CANCELLED,
  /** Sends his list twice at once, and one of us closes the second one. */
  TWICE_CLOSED;

  /** Whether his first mailbox has a password that is refused. */
  boolean hasWrongPassword() {
    return this == WRONG_PASSWORD || this == LOST_PASSWORD || this == GIVES_UP;
  }

  /** Whether he sends a second list. */
  boolean asksAgain() {
    return switch (this) {
      case TWICE, AGAIN, COMES_BACK, TWICE_CANCELLED, TWICE_CLOSED -> true;
      default -> false;
    };
  }

  /** Whether he has his mail sent to us when he is told to. */
  boolean changesDns() {
    return this != SILENT && this != CANCELS && this != LEAVES;
  }
}
