package org.mailcaravan.sync.messages;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Resemblance;

/**
 * Counts messages that are at the destination by their names and not by their content, so that
 * nobody wonders at what looks like a double. For one thread.
 */
public final class Resembling {
  /** 32 bits of each name; a large folder of strangers would take more memory than it is worth. */
  private static final int MOST = 500_000;

  private final Set<Integer> names = new HashSet<>();

  /** Adds what a folder of the destination holds and nothing was found to be. */
  public void add(HeaderTable there) {
    for (int row = 0; row < there.count() && names.size() < MOST; row++) {
      if (!there.isUsed(row) && there.isNamed(row)) {
        names.add(there.name(row));
      }
    }
  }

  /** How many of the messages that were not found resemble what was added. */
  public Resemblance of(HeaderTable here) {
    long messages = 0;
    long named = here.namedAndLeftOut();
    for (int row = 0; row < here.count(); row++) {
      if (!here.isUsed(row) && here.isNamed(row)) {
        named++;
        messages += names.contains(here.name(row)) ? 1 : 0;
      }
    }
    return new Resemblance(messages, named);
  }

  public boolean isEmpty() {
    return names.isEmpty();
  }

  /**
   * What people are told.
   *
   * @param place the source folder
   */
  public static String words(Where place, Resemblance found) {
    return String.format(
            Locale.ROOT,
            "%,d of %,d Message-IDs of %s that are still to be copied are at the new server already, with other content:",
            found.messages(),
            found.of(),
            place)
        + " another tool has copied here before and changed this mail, or it is another version of it (a draft, a"
        + " letter that came over a mailing list as well). It is copied all the same, so that nothing is lost."
        + " Compare a few of these messages on both sides; where they are the same mail, delete what the other tool"
        + " had brought.";
  }
}
