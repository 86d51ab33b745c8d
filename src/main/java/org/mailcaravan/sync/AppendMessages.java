package org.mailcaravan.sync;

import java.nio.file.Path;
import java.time.Clock;

/**
 * {@code mailbox:append}: stores a batch at the destination and in the ledger. A message that the
 * destination refuses is set aside, and the rest goes on. Thread-safe, for batches of different
 * folders.
 */
final class AppendMessages {
  private final SetAside setAside;
  private final Path spoolFolder;
  private final Clock clock;

  /**
   * @param spoolFolder for messages that are repaired
   */
  AppendMessages(SetAside setAside, Path spoolFolder, Clock clock) {
    this.setAside = setAside;
    this.spoolFolder = spoolFolder;
    this.clock = clock;
  }

  /**
   * Appends, then frees the batch.
   *
   * @throws TryAgain when the outcome is unknown or may be better later; the batch can then be
   *     given again, and what arrived of it is found and not appended twice
   * @throws IllegalStateException when the batch was freed before, or another of its folder is
   *     being appended
   */
  void append(MessageBatch batch) {
    batch.copy().beginAppend(batch);
    try {
      new Delivery(batch.copy(), setAside, spoolFolder, clock).deliver(batch.messages());
      batch.close();
    } finally {
      batch.copy().endAppend();
    }
  }
}
