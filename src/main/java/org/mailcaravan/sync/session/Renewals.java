package org.mailcaravan.sync.session;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.model.Side;

/**
 * How often the token of a login ran out, which is no failure of the mailbox: a pass may take days
 * and a token an hour. But a server that ends each session before it has given anything ends the
 * pass in the end. Thread-safe.
 */
final class Renewals {
  private static final int MOST_IN_VAIN = 3;

  private final PassTally tally;
  private final Set<ImapConnection> counted = Collections.newSetFromMap(new WeakHashMap<>());
  private final Map<Side, Long> results = new EnumMap<>(Side.class);
  private final Map<Side, Integer> inVain = new EnumMap<>(Side.class);

  Renewals(PassTally tally) {
    this.tally = tally;
  }

  /**
   * The token of a connection ran out; all that was under way there may say so.
   *
   * @param used no longer in use
   */
  synchronized void ranOut(Side side, ImapConnection used) {
    if (!counted.add(used)) {
      return;
    }
    long now = tally.results(side, false);
    Long before = results.put(side, now);
    int times = before != null && before == now ? inVain.getOrDefault(side, 0) + 1 : 0;
    inVain.put(side, times);
    if (times < MOST_IN_VAIN) {
      tally.gotFurther(1);
    }
  }
}
