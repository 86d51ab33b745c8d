package org.mailcaravan.sync.copy;

import java.util.List;
import org.mailcaravan.imap.AppendResult.Appended;

/**
 * Whether what a server tells of the UIDs of appended messages (APPENDUID, RFC 4315) is worth
 * believing. Where they follow the last one without a gap they are; after a gap, which may be new
 * mail or an error in counting, they are looked up in the folder, until that has proved them right
 * a few times. UIDs of another folder, below the next one or twice are lies: from then on every
 * message is looked for. What is believed and is not there shows when both sides are compared. For
 * one folder of one pass, by one thread at a time.
 */
final class ToldUids {
  private static final int PROOFS = 3;

  private long uidNext;
  private boolean liar;
  private int proofs;

  /**
   * @param uidNext the destination's, as it was opened; less than 1 when it does not tell
   */
  ToldUids(long uidNext) {
    this.uidNext = Math.max(1, uidNext);
  }

  /** The next message at the destination gets this UID or a higher one. */
  long uidNext() {
    return uidNext;
  }

  /** A message has the UID before this one. */
  void uidNextIsAtLeast(long uid) {
    uidNext = Math.max(uidNext, uid);
  }

  /** As the destination tells it now, which counts for more than what it told of appends. */
  void uidNextIs(long uid) {
    if (uid > 0) {
      uidNext = uid;
    }
  }

  /** Whether a server has told what cannot be. */
  boolean areLies() {
    return liar;
  }

  /**
   * Whether to believe what was told of messages in their order.
   *
   * @param uidValidity of the folder, or less than 1 when it is not known
   * @param uidNext the lowest that the first of them can have
   */
  boolean areCredible(List<Appended> told, long uidValidity, long uidNext) {
    long next = uidNext;
    boolean gap = false;
    for (Appended one : told) {
      if (one.uid() <= 0) {
        return false;
      }
      if (one.uid() < next || (uidValidity > 0 && one.uidValidity() != uidValidity)) {
        liar = true;
        return false;
      }
      gap |= one.uid() > next;
      next = one.uid() + 1;
    }
    return !liar && (!gap || proofs >= PROOFS);
  }

  /** Messages were looked for. */
  void proved(boolean right) {
    if (right) {
      proofs++;
    } else {
      liar = true;
    }
  }
}
