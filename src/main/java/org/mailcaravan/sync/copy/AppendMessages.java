package org.mailcaravan.sync.copy;

import java.time.Clock;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.sync.session.Spool;

/**
 * {@code mailbox:append}: stores a batch at the destination and in the ledger. A message that the
 * destination refuses is set aside, and the rest goes on. Thread-safe, for batches of different
 * folders.
 */
public final class AppendMessages {
  private final SetAside setAside;
  private final Spool spool;
  private final Clock clock;

  /**
   * @param spool for messages that are repaired
   */
  public AppendMessages(SetAside setAside, Spool spool, Clock clock) {
    this.setAside = setAside;
    this.spool = spool;
    this.clock = clock;
  }

  /**
   * Appends, then frees the batch.
   *
   * @throws org.mailcaravan.model.PassStopped when the pass is to stop before this batch
   * @throws TryAgain when the outcome is unknown or may be better later; the batch can then be
   *     given again, and what arrived of it is found and not appended twice
   * @throws IllegalStateException when the batch was freed before, or another of its folder is
   *     being appended
   */
  public void append(MessageBatch batch) {
    batch.copy().guard().assumeFailed();
    batch.copy().session().requireGoingOn();
    batch.copy().guard().beginAppend(batch::take);
    try {
      new Delivery(batch.copy(), setAside, spool, clock).deliver(batch.messages());
      batch.copy().guard().succeeded();
      batch.close();
    } finally {
      batch.copy().guard().endAppend();
    }
  }
}
