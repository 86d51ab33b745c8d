package org.mailcaravan.sync.copy;

import java.util.function.Supplier;

/**
 * Camel's splitter loses an Error that its iterator throws, such as an OutOfMemoryError: the
 * exchange then never ends, and whoever waits for it waits for ever. An exception it passes on.
 */
final class Swallowed {
  private Swallowed() {}

  /** Calls, with an Error thrown as the cause of an exception. */
  static <T> T not(Supplier<T> step) {
    try {
      return step.get();
    } catch (Error e) {
      throw new IllegalStateException("a fault while going on to the next", e);
    }
  }
}
