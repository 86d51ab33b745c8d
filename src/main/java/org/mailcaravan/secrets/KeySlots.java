package org.mailcaravan.secrets;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * One key for each sealed secret, apart from the secret. When the key is erased, no copy of the
 * secret opens any more. Thread-safe.
 */
public interface KeySlots extends AutoCloseable {
  /** The name of the file in the data folder. */
  String FILE = "credential-keys";

  int KEY_OCTETS = 32;

  /** A slot and the key in it. */
  record Slot(int number, SecretKey key) {
    static Slot of(int number, byte[] key) {
      return new Slot(number, new SecretKeySpec(key, "HmacSHA256"));
    }

    @Override
    public String toString() {
      return "slot " + number;
    }
  }

  /**
   * Creates keys in free slots. To be called in the transaction that stores what they seal: where
   * it is rolled back, the keys of a table are gone, and those of a file are to be erased.
   */
  List<Slot> take(int count);

  /** The key in a slot, or empty when the slot is free. */
  Optional<Slot> find(int number);

  /** Erases keys, after what they sealed is deleted. */
  void erase(Collection<Integer> numbers);

  /**
   * Erases all keys that nothing uses; a kill can leave such keys.
   *
   * @param inUse looks up which ones are used; it is called after the keys were listed, so that a
   *     key that another program is just storing is not among those erased
   */
  void eraseUnused(Supplier<Set<Integer>> inUse);

  /**
   * Has erased keys leave the files of the database, where erasing alone does not overwrite them.
   */
  void sweep();

  @Override
  void close();
}
