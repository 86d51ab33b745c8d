package org.mailcaravan.secrets;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.mailcaravan.model.Parts;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keys in the table {@code key_slot} of a PostgreSQL, so that each program that has the secret key
 * opens what another one sealed. A number is never given twice. PostgreSQL keeps a deleted row in
 * its files until {@link #sweep}, and in its write-ahead log for longer; a copy of them opens a
 * deleted secret only together with the secret key.
 */
public final class KeyTable implements KeySlots {
  /** How many rows one statement changes. */
  private static final int AT_ONCE = 500;

  private final JdbcClient jdbc;
  private final SecureRandom random = new SecureRandom();

  public KeyTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public List<Slot> take(int count) {
    List<Integer> numbers =
        jdbc.sql("select nextval('key_slot_number') from generate_series(1, ?)")
            .param(count)
            .query(Integer.class)
            .list();
    List<Slot> slots = new ArrayList<>(count);
    for (int number : numbers) {
      byte[] key = new byte[KEY_OCTETS];
      random.nextBytes(key);
      slots.add(Slot.of(number, key));
    }
    put(slots);
    return slots;
  }

  /** Stores keys under their numbers, which must be free. */
  void put(List<Slot> slots) {
    for (List<Slot> some : Parts.of(slots, AT_ONCE)) {
      List<Object> values = new ArrayList<>(some.size() * 2);
      for (Slot slot : some) {
        values.add(slot.number());
        values.add(Base64.getEncoder().encodeToString(slot.key().getEncoded()));
      }
      jdbc.sql(
              "insert into key_slot (number, octets) values "
                  + String.join(", ", Collections.nCopies(some.size(), "(?, ?)")))
          .params(values)
          .update();
    }
  }

  @Override
  public Optional<Slot> find(int number) {
    return jdbc.sql("select octets from key_slot where number = ?")
        .param(number)
        .query(String.class)
        .optional()
        .map(octets -> Slot.of(number, Base64.getDecoder().decode(octets)));
  }

  @Override
  public void erase(Collection<Integer> numbers) {
    for (List<Integer> some : Parts.of(List.copyOf(numbers), AT_ONCE)) {
      jdbc.sql("delete from key_slot where number in (:numbers)").param("numbers", some).update();
    }
  }

  @Override
  public void eraseUnused(Supplier<Set<Integer>> inUse) {
    // A key is stored in the same transaction as the secret: whoever sees the key sees the secret.
    Set<Integer> unused =
        new HashSet<>(jdbc.sql("select number from key_slot").query(Integer.class).list());
    unused.removeAll(inUse.get());
    erase(unused);
  }

  /**
   * Has PostgreSQL write both tables anew, without what was deleted, and drop the old files. A
   * table that somebody uses at this moment is left for the next time. Not within a transaction.
   */
  @Override
  public void sweep() {
    jdbc.sql("vacuum (full, skip_locked) key_slot, credential").update();
  }

  @Override
  public void close() {}
}
