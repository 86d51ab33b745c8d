package org.mailcaravan.model.status;

/**
 * What an order of a person has changed.
 *
 * @param changed mailboxes that changed at once; of a pause, a resumption or a priority of a
 *     migration or a host, 1
 * @param underWay running passes that were told, and follow at their next batch, within seconds
 * @param already what was so already, so that nothing changed
 * @param notPossible mailboxes whose state does not allow it: to cancel one that has ended
 */
public record Steered(long changed, long underWay, long already, long notPossible) {
  /** Of something that does not exist. */
  public static final Steered NOTHING = new Steered(0, 0, 0, 0);

  /** Whether anything has changed or will. */
  public boolean anything() {
    return changed + underWay > 0;
  }

  /** Both together. */
  public Steered and(Steered other) {
    return new Steered(
        changed + other.changed,
        underWay + other.underWay,
        already + other.already,
        notPossible + other.notPossible);
  }
}
