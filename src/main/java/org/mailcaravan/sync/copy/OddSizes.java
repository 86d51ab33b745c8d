package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.copy.AnnouncedSizes.Fit;
import org.mailcaravan.sync.session.OtherSizes;

/** The messages of one folder that were not as large as announced. For one thread at a time. */
final class OddSizes {
  private static final int EXAMPLES = 3;

  private final List<Long> shorter = new ArrayList<>();
  private final List<Long> longer = new ArrayList<>();
  private long count;
  private long longerCount;
  private boolean any;

  /** Messages came. */
  void hasCome() {
    any = true;
  }

  /** A message came. */
  void came(long uid, Fit fit) {
    any = true;
    if (fit == Fit.SHORT || fit == Fit.LONG) {
      count++;
      longerCount += fit == Fit.LONG ? 1 : 0;
      List<Long> examples = fit == Fit.LONG ? longer : shorter;
      if (examples.size() < EXAMPLES) {
        examples.add(uid);
      }
    }
  }

  /** Whether any message came at all. */
  boolean hasAny() {
    return any;
  }

  /**
   * Counts them. Messages that were cut at a server whose sizes are right are no note but a
   * problem.
   *
   * @param wrong whether the server announces sizes that mean nothing
   */
  void tell(OtherSizes told, Where place, boolean wrong) {
    long messages = wrong ? count : longerCount;
    if (messages > 0) {
      List<Long> examples = new ArrayList<>(wrong ? shorter : List.of());
      examples.addAll(longer);
      told.add(messages, wrong, place, examples.stream().sorted().limit(EXAMPLES).toList());
    }
  }
}
