package org.mailcaravan.model;

/** What the owner of a running pass is to do at its next batch. */
public enum Control {
  /** Give the pass back; it waits for a person. */
  PAUSE,
  /** End the pass as cancelled. */
  CANCEL,
  /** Give the pass back; it may run again at once, on any node. */
  STOP
}
