package org.mailcaravan.passes;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The look of one consumer for mailboxes. It ends by itself, while the looks of other consumers go
 * on; all end with the program. Thread-safe.
 */
public final class Looking {
  private final int atOnce;
  private final Runnable wake;
  private final Runnable placeIsFree;
  private final AtomicInteger taken = new AtomicInteger();
  private volatile boolean ended;

  /**
   * @param wake has the worker that waits ask whether the look has ended
   * @param placeIsFree tells that one mailbox less is under way
   */
  Looking(int atOnce, Runnable wake, Runnable placeIsFree) {
    this.atOnce = atOnce;
    this.wake = wake;
    this.placeIsFree = placeIsFree;
  }

  /** How many mailboxes are under way at most, those of other consumers included. */
  int atOnce() {
    return atOnce;
  }

  boolean isEnded() {
    return ended;
  }

  /** A worker looks; counted before it asks whether the look has ended. */
  void begin() {
    taken.incrementAndGet();
  }

  void foundNothing() {
    taken.decrementAndGet();
  }

  /** How many mailboxes it has taken that are under way, or is just about to take. */
  public int underWay() {
    return taken.get();
  }

  /** Takes nothing more. */
  public void end() {
    ended = true;
    wake.run();
  }

  /** A mailbox that it has taken is under way no more. */
  public void done() {
    taken.decrementAndGet();
    placeIsFree.run();
  }
}
