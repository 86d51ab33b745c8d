package org.mailcaravan.sync.messages;

import java.util.List;
import java.util.Map;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.RepairedCopy;

/**
 * How messages of an account may look at the destination: as they are, or as they were stored since
 * the new server refused them as they are.
 */
public final class StoredForms {
  private final Map<String, RepairedCopy> repaired;

  private StoredForms(Map<String, RepairedCopy> repaired) {
    this.repaired = repaired;
  }

  public static StoredForms of(FolderLedger ledger) {
    return new StoredForms(ledger.repaired());
  }

  /** The fingerprints of a message, its own first. */
  public List<Fingerprint> of(Fingerprint original) {
    RepairedCopy copy = repaired.get(original.whole());
    return copy == null || copy.fingerprint().equals(original)
        ? List.of(original)
        : List.of(original, copy.fingerprint());
  }

  /** The sizes of a message, its own first. */
  public List<Long> sizes(Fingerprint original, long size) {
    RepairedCopy copy = repaired.get(original.whole());
    return copy == null ? List.of(size) : List.of(size, copy.octets());
  }
}
