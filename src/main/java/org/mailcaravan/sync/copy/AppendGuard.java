package org.mailcaravan.sync.copy;

import java.util.function.BooleanSupplier;

/**
 * Keeps the batches of a folder in their order: each is appended once, and before the next is asked
 * for. Knows whether the last try has left something to be confirmed.
 */
final class AppendGuard {
  private boolean unconfirmed;
  private boolean appending;
  private volatile boolean brokenOff;

  /** A batch may have arrived from now on, until {@link #confirmed}. */
  void begun() {
    unconfirmed = true;
  }

  /** The ledger knows of everything that arrived. */
  void confirmed() {
    unconfirmed = false;
  }

  boolean isUnconfirmed() {
    return unconfirmed;
  }

  /**
   * Begins to append a batch; of one folder only one at a time, whose journal has room for one.
   *
   * @param take takes the batch; returns false when it was freed
   * @throws IllegalStateException when the batch was freed, or another of the folder is being
   *     appended
   */
  synchronized void beginAppend(BooleanSupplier take) {
    if (appending || !take.getAsBoolean()) {
      throw parallel();
    }
    appending = true;
  }

  synchronized void endAppend() {
    appending = false;
  }

  /**
   * Counts a batch as failed until it has succeeded: behind one that failed, Camel asks for the
   * others and does nothing with them.
   */
  void assumeFailed() {
    brokenOff = true;
  }

  void succeeded() {
    brokenOff = false;
  }

  /** Whether what was done last with a batch has failed. */
  boolean isBrokenOff() {
    return brokenOff;
  }

  /**
   * Frees the batch before, when the next is asked for.
   *
   * @throws IllegalStateException when it is being appended
   */
  synchronized void requireNoAppend(Runnable free) {
    if (appending) {
      throw parallel();
    }
    free.run();
  }

  private static IllegalStateException parallel() {
    return new IllegalStateException(
        "each batch must be appended once and before the next: the split over mailbox:pull must be streaming and not"
            + " parallel");
  }
}
