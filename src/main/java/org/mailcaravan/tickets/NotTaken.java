package org.mailcaravan.tickets;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A receiver did not take a message. Its words hold no credential. */
public final class NotTaken extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean isFinal;
  private final boolean isOfReceiver;
  private final @Nullable Duration after;

  /**
   * @param words what happened and who has to do what, as they follow a colon
   * @param isFinal whether it would be the same at any later time
   * @param isOfReceiver whether it would be the same with any other message now
   * @param after how long the receiver wants to be left alone; null where it does not say
   */
  NotTaken(String words, boolean isFinal, boolean isOfReceiver, @Nullable Duration after) {
    super(words);
    this.isFinal = isFinal;
    this.isOfReceiver = isOfReceiver;
    this.after = after;
  }

  /** What can never be given. */
  static NotTaken forGood(String words) {
    return new NotTaken(words, true, false, null);
  }

  boolean isFinal() {
    return isFinal;
  }

  boolean isOfReceiver() {
    return isOfReceiver;
  }

  @Nullable Duration after() {
    return after;
  }
}
