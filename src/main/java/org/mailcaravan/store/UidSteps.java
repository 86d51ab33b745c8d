package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.mailcaravan.imap.UidSet;

/** Cuts many UIDs into steps that fit into a statement, or into memory. */
final class UidSteps {
  /** How many messages one statement names. */
  private static final int IN_ONE_STATEMENT = 500;

  /** How many messages are changed at once. */
  private static final int CHANGED_AT_ONCE = 5_000;

  private UidSteps() {}

  /** In steps that one statement can name. */
  static void forEach(Collection<Long> uids, Consumer<List<Long>> step) {
    forEach(consumer -> uids.forEach(consumer::accept), IN_ONE_STATEMENT, step);
  }

  /** In steps that are changed at once. */
  static void forEach(UidSet uids, Consumer<List<Long>> step) {
    forEach(uids::forEach, CHANGED_AT_ONCE, step);
  }

  private static void forEach(Consumer<LongConsumer> uids, int most, Consumer<List<Long>> step) {
    List<Long> some = new ArrayList<>();
    uids.accept(
        uid -> {
          some.add(uid);
          if (some.size() == most) {
            step.accept(List.copyOf(some));
            some.clear();
          }
        });
    if (!some.isEmpty()) {
      step.accept(some);
    }
  }
}
