package org.mailcaravan.sync.messages;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Resemblance;

/**
 * Counts messages of which the destination holds one of the same name with other content, so that
 * the report explains what looks like a double. For one thread.
 */
public final class Resembling {
  /** The most names that are kept, 32 bits each. */
  private static final int MOST = 500_000;

  private final Set<Integer> names = new HashSet<>();

  /** Adds the messages of a destination folder that match nothing. */
  public void add(HeaderTable there) {
    for (int row = 0; row < there.count() && names.size() < MOST; row++) {
      if (!there.isUsed(row) && there.isNamed(row)) {
        names.add(there.name(row));
      }
    }
  }

  /** How many of the messages that were not found have the name of an added one. */
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
   * The sentence for people.
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
