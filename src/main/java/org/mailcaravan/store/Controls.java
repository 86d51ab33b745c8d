package org.mailcaravan.store;

import org.mailcaravan.model.status.Steered;
import org.mailcaravan.model.status.Target;

/**
 * What a person may order of mailboxes, migrations and hosts. A waiting pass changes at once; a
 * running one is told, and its owner follows at the next batch. Each order is one transaction, safe
 * against a claim at the same moment, and leaves an event with the name of who gave it. What does
 * not exist is {@link Steered#NOTHING}. Thread-safe.
 */
public final class Controls {
  public Controls(Database database) {}

  /** Lets nothing of it run until it is resumed. */
  public Steered pause(Target target, String actor) {
    return Steered.NOTHING;
  }

  /** Ends a pause. */
  public Steered resume(Target target, String actor) {
    return Steered.NOTHING;
  }

  /**
   * Ends its passes for good. A migration whose last pass this was has ended.
   *
   * @throws IllegalArgumentException for a host
   */
  public Steered cancel(Target target, String actor) {
    return Steered.NOTHING;
  }

  /**
   * Makes its waiting passes due now, and makes new ones: for a mailbox that has none, for the
   * mailboxes of a migration that need one. A time that a server wanted an account left alone is
   * forgotten.
   *
   * @throws IllegalArgumentException for a host
   */
  public Steered retry(Target target, String actor) {
    return Steered.NOTHING;
  }

  /**
   * Sets its priority. The higher goes first; 0 is usual.
   *
   * @throws IllegalArgumentException for a host
   */
  public Steered priority(Target target, int priority, String actor) {
    return Steered.NOTHING;
  }

  /** A password of the mailbox was replaced: it is tried again now. */
  public Steered passwordChanged(String mailboxId, String actor) {
    return Steered.NOTHING;
  }
}
