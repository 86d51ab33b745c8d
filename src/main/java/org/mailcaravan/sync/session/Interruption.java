package org.mailcaravan.sync.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.WaitsFor;

/**
 * Why a pass stops before its end, and what becomes of it.
 *
 * @param end what becomes of the pass
 * @param waitsFor what it waits for then; null when it does not wait
 * @param after how long it waits at least
 * @param failures how many there were in a row without progress
 * @param reason in words
 */
public record Interruption(
    End end, @Nullable WaitsFor waitsFor, Duration after, int failures, String reason) {
  /** What becomes of a pass, the weaker first: a later reason counts when it is stronger. */
  public enum End {
    /** It goes back to its row, and runs again when it is due. */
    GIVEN_BACK,
    /** It is over. */
    CANCELLED,
    /** Another node has it, or may have it by now: nothing more is written. */
    LOST
  }

  /** Whether this is what counts, after that one; null is none. */
  boolean prevailsOver(@Nullable Interruption before) {
    return before == null || end.compareTo(before.end) > 0;
  }

  /** A pass that waits in its row after a failure. */
  public static Interruption failed(
      WaitsFor waitsFor, Duration after, int failures, String reason) {
    return new Interruption(End.GIVEN_BACK, waitsFor, after, failures, reason);
  }

  /** A pass that a person or the program stops, and that goes on where it was. */
  public static Interruption stopped(WaitsFor waitsFor, String reason) {
    return new Interruption(End.GIVEN_BACK, waitsFor, Duration.ZERO, 0, reason);
  }

  /** A pass that a person ends. */
  public static Interruption cancelled() {
    return new Interruption(End.CANCELLED, null, Duration.ZERO, 0, "it was cancelled");
  }

  /** A pass whose lease has ended. */
  public static Interruption lost(String reason) {
    return new Interruption(End.LOST, null, Duration.ZERO, 0, reason);
  }
}
