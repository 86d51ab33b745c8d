package org.mailcaravan.model;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the owner of a running pass is to do at its next batch. */
public enum Control {
  /** Give the pass back; it waits for a person. */
  PAUSE,
  /** Give the pass back; its window has closed. */
  WINDOW,
  /** End the pass as cancelled. */
  CANCEL;

  /**
   * The one that the row of a pass names.
   *
   * @param word as it is stored; null when the pass is told nothing
   * @return empty, too, for a word that another version of the program has stored: a node that does
   *     not know it goes on
   */
  public static Optional<Control> stored(@Nullable String word) {
    return Arrays.stream(values()).filter(control -> control.name().equals(word)).findFirst();
  }
}
