package org.mailcaravan.sync.copy;

import org.mailcaravan.store.FolderLedger;

/**
 * A message of a folder that the source has given before, to see whether it gives any. For one
 * thread at a time.
 */
final class ReadableMessage {
  private final FolderLedger ledger;
  private long uid;
  private long size = Long.MAX_VALUE;

  ReadableMessage(FolderLedger ledger) {
    this.ledger = ledger;
  }

  /** The source has given this message, whose size is so many octets. */
  void given(long uid, long size) {
    if (size < this.size) {
      this.uid = uid;
      this.size = size;
    }
  }

  /** A small one of this pass, or else one that is recorded; 0 when there is none. */
  long uid() {
    if (uid == 0) {
      ledger.forEach(
          (recorded, place) -> {
            if (!place.gone()) {
              uid = recorded;
            }
          });
    }
    return uid;
  }
}
