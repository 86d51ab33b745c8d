package org.mailcaravan.sync.copy;

import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.store.OpenMessage;

/**
 * What happened when a message was asked for last, for people.
 *
 * @param answered whether the server said so, rather than breaking the connection
 */
record FetchFault(String words, boolean answered) {
  private static final String WANTS_TIME =
      "the old provider asks for time whenever this message is asked for: ";

  static final FetchFault LOST =
      new FetchFault("the old provider fails each time this message is asked for", false);

  static final FetchFault OF_ANOTHER =
      new FetchFault(
          "the old provider gives what seems to be another message in its place, and nothing when it is asked for"
              + " this one alone",
          true);

  /** With the server's last words, where it said any. */
  static FetchFault lost(ConnectionLost lost) {
    String said =
        lost.bye().isEmpty() ? lost.saidBefore().stream().findFirst().orElse("") : lost.bye();
    return said.isEmpty() ? LOST : new FetchFault(LOST.words + ": " + said, false);
  }

  /** The server asked for time again, though it had got it. */
  static FetchFault wantsTime(String said) {
    return new FetchFault(WANTS_TIME + said, false);
  }

  /** As it is recorded. */
  OpenMessage open() {
    return new OpenMessage(answered ? OpenMessage.Why.FAILED : OpenMessage.Why.BROKEN_OFF, words);
  }

  /** As it was recorded. */
  static FetchFault before(OpenMessage before) {
    return new FetchFault(before.reason(), before.why() != OpenMessage.Why.BROKEN_OFF);
  }
}
