package org.mailcaravan.sync.session;

/**
 * Failures in a row of one thing that is tried again and again. They are counted again whenever the
 * pass got further in between, so that a connection that is lost once an hour, or once for each bad
 * message, never ends a mailbox.
 *
 * @param failures how many in a row; 0 before the first
 * @param progress how far the pass was at the last of them
 */
public record Attempts(int failures, long progress) {
  /** Before the first failure. */
  public static final Attempts NONE = new Attempts(0, -1);

  /** After failures of the same pass before it was given back to wait. */
  public static Attempts before(int failures) {
    return new Attempts(failures, failures == 0 ? -1 : 0);
  }

  /** Counts one more failure. */
  public Attempts failed(PassTally tally) {
    long now = tally.progress();
    return new Attempts(now == progress ? failures + 1 : 1, now);
  }
}
