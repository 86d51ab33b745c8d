package org.mailcaravan.sync.copy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often the destination has asked for time while a folder was copied, and at which messages.
 * For one thread at a time.
 */
final class DestinationPleas {
  private final Map<Long, Integer> obeyed = new HashMap<>();
  private int obeyedTogether;
  private final Map<List<Long>, Integer> wantedTime = new HashMap<>();
  private boolean wantsTimeAtSome;

  /**
   * How often the destination was given time, which it wanted for several messages together, since
   * it last stored any.
   */
  int obeyedTogether() {
    return obeyedTogether;
  }

  void obeyTogether() {
    obeyedTogether++;
  }

  /**
   * The destination asks for time at a message, and has stored others after it.
   *
   * @return how often it was given time for this message since then
   */
  int obeyed(long uid, boolean storesOthers) {
    return storesOthers || obeyed.containsKey(uid) ? obeyed.merge(uid, 1, Integer::sum) : 0;
  }

  /** The destination asks for time at these and hangs up; returns how often so far. */
  int wantsTime(List<Long> uids) {
    return wantedTime.merge(uids, 1, Integer::sum);
  }

  int wantedTime(List<Long> uids) {
    return wantedTime.getOrDefault(uids, 0);
  }

  /** Whether it did so again after it had got the time, so that messages are sent in parts. */
  boolean wantsTimeAtSome() {
    return wantsTimeAtSome;
  }

  void wantsTimeAtSome(boolean wants) {
    wantsTimeAtSome = wants;
  }

  /** Messages were stored. */
  void stored() {
    obeyedTogether = 0;
  }
}
