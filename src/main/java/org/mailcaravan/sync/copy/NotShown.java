package org.mailcaravan.sync.copy;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mailcaravan.store.Details;

/**
 * The messages of a folder that the destination says it has stored and does not show. Where its
 * index is lazy, or it is a replica that lags behind, it shows them later: so each is sent once in
 * a pass, and before a later pass sends it again it is looked for. For one thread at a time.
 */
final class NotShown {
  /** How often a message is looked for, once in each try of its batch. */
  private static final int LOOKS = 3;

  /** After so many batches without success, one look is enough for the next ones. */
  private static final int VAIN = 3;

  /** How many are looked for again at the end of the folder; the next pass looks for all. */
  private static final int MOST = 5_000;

  /** New connections that showed nothing more; each costs a login, which servers count. */
  private static final int MOST_FRUITLESS_RENEWALS = 3;

  private final Set<Long> before = new TreeSet<>();
  private final Map<Long, Integer> looks = new HashMap<>();
  private final NavigableMap<Long, Late> late = new TreeMap<>();
  private final Set<Long> givenUp = new TreeSet<>();
  private int vain;
  private int fruitlessRenewals;
  private boolean told;
  private boolean elsewhere;

  /**
   * A message that may still show.
   *
   * @param size in octets
   * @param date in seconds, as it was written
   */
  record Late(Details details, long size, long date) {}

  /** An earlier pass was told that it was stored. */
  void inEarlierPass(long uid) {
    before.add(uid);
  }

  /** The destination says that it has stored this message; where is not known yet. */
  void toldStored(long uid) {
    looks.putIfAbsent(uid, 0);
  }

  /** Whether that was said in this pass, so that the message is not to be sent again. */
  boolean wasSent(long uid) {
    return looks.containsKey(uid);
  }

  /** Whether to look for a message before it is sent. */
  boolean isLookedFor(long uid) {
    return looks.containsKey(uid) || before.contains(uid);
  }

  /** Whether no look for it was in vain yet. */
  boolean isNew(long uid) {
    return looks.getOrDefault(uid, 0) == 0;
  }

  /** A look for a message was in vain; returns whether that is enough for now. */
  boolean inVain(long uid) {
    return looks.merge(uid, 1, Integer::sum) >= LOOKS || vain >= VAIN;
  }

  /** These messages of a batch are left to the end of the folder, or to the next pass. */
  void giveUp(Map<Long, Late> messages) {
    givenUp.addAll(messages.keySet());
    messages.forEach(
        (uid, message) -> {
          looks.remove(uid);
          if (late.size() < MOST) {
            late.put(uid, message);
          }
        });
    vain++;
  }

  /** They are there. */
  void arrived(Collection<Long> uids) {
    uids.forEach(
        uid -> {
          looks.remove(uid);
          late.remove(uid);
          givenUp.remove(uid);
        });
  }

  /** Whether several batches were looked for in vain. */
  boolean isHopeless() {
    return vain >= VAIN;
  }

  /** A message was found in another folder than it was put into. */
  void elsewhere() {
    elsewhere = true;
  }

  /** Whether that was so of any in this pass. */
  boolean isAnyElsewhere() {
    return elsewhere;
  }

  /** What is to be looked for once more, by source UID. */
  NavigableMap<Long, Late> late() {
    return new TreeMap<>(late);
  }

  /** Whether another connection may show what this one does not: as long as that has helped. */
  boolean mayRenew() {
    return fruitlessRenewals < MOST_FRUITLESS_RENEWALS;
  }

  /** A new connection was opened to see more. */
  void renewed(boolean showedMore) {
    fruitlessRenewals = showedMore ? 0 : fruitlessRenewals + 1;
  }

  /** Source UIDs of all that was left; none when they were told already. */
  Set<Long> toTell() {
    return told ? Set.of() : Set.copyOf(givenUp);
  }

  void told() {
    told = true;
  }
}
