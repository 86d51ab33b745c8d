package org.mailcaravan.sync;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.sync.AnnouncedSizes.Fit;

/**
 * Asks once more, and alone, for a message that is not as large as its server announces: a server
 * may cut a message, or give an excuse in its place, and give it whole the next time. What fits
 * counts, or else what is longer. For one thread at a time.
 */
final class SecondLook {
  /** So often a message is asked for that comes otherwise each time, the first time included. */
  private static final int MOST_ANSWERS = 3;

  private final AnnouncedSizes sizes;
  private final Function<SourceMessage, Fit> fit;
  private final Set<Long> asked = new HashSet<>();
  private final Set<Long> unsteady = new HashSet<>();

  SecondLook(AnnouncedSizes sizes, Function<SourceMessage, Fit> fit) {
    this.sizes = sizes;
    this.fit = fit;
  }

  /** Whether to ask for a message; once at most. */
  boolean mayAsk(SourceMessage message) {
    return fit.apply(message).isDoubtful()
        && !asked.contains(message.uid())
        && sizes.mayLookAgain()
        && asked.add(message.uid());
  }

  /** Whether a message came otherwise each time, and never as announced. */
  boolean isUnsteady(long uid) {
    return unsteady.contains(uid);
  }

  /**
   * The best of what comes of a message; the contents of the others are closed.
   *
   * @param again asks for it; null when it is not given
   */
  SourceMessage best(SourceMessage first, Supplier<@Nullable SourceMessage> again) {
    SourceMessage best = first;
    boolean same = true;
    try {
      for (int answers = 1; answers < MOST_ANSWERS; answers++) {
        SourceMessage next = again.get();
        if (next == null || isSame(next, best)) {
          if (next != null) {
            next.content().close();
          }
          break;
        }
        same = false;
        best = better(best, next, first);
        if (fit.apply(best) == Fit.EXACT) {
          break;
        }
      }
    } catch (RuntimeException | Error e) {
      if (!best.equals(first)) {
        best.content().close();
      }
      throw e;
    }
    sizes.lookedAgain(same);
    if (!best.equals(first)) {
      first.content().close();
    }
    Fit came = fit.apply(best);
    if (!same && (came == Fit.SHORT || came == Fit.LONG)) {
      unsteady.add(first.uid());
    }
    return best;
  }

  private static boolean isSame(SourceMessage one, SourceMessage other) {
    return one.content().size() == other.content().size()
        && one.fingerprint().equals(other.fingerprint());
  }

  /** The first is closed at the end only, since it counts when the connection is lost. */
  private SourceMessage better(SourceMessage best, SourceMessage next, SourceMessage first) {
    Fit before = fit.apply(best);
    Fit now = fit.apply(next);
    boolean better =
        now == Fit.EXACT
            || (before != Fit.EXACT
                && before != Fit.NEAR
                && (now == Fit.NEAR || next.content().size() > best.content().size()));
    SourceMessage other = better ? best : next;
    if (!other.equals(first)) {
      other.content().close();
    }
    return better ? next : best;
  }
}
