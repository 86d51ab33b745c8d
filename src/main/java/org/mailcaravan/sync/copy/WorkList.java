package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.sync.messages.MessageSizes;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Which messages of a folder are still to be copied, and which of them alone or at its end. For one
 * thread at a time.
 */
final class WorkList {
  /** So many messages that were cut are asked for again in a pass. */
  private static final int MOST_AGAIN = 100;

  private final MailboxSession session;
  private final FolderLedger ledger;
  private final Where place;
  private final MessageSizes open;
  private final NavigableMap<Long, ShortMessage> again = new TreeMap<>();
  private final NavigableSet<Long> putOff = new TreeSet<>();
  private final Set<Long> wasSetAside = new TreeSet<>();

  /**
   * @param cut messages that are copied, and that are to be asked for again
   */
  WorkList(
      MailboxSession session,
      FolderLook look,
      FolderLedger ledger,
      NavigableMap<Long, ShortMessage> cut) {
    this.session = session;
    this.ledger = ledger;
    this.place = look.place();
    again.putAll(cut);
    again.keySet().removeIf(look.vanished()::contains);
    // Where there are many, others in each pass.
    List<Long> some = new ArrayList<>(again.keySet());
    Collections.shuffle(some, ThreadLocalRandom.current());
    some.stream().skip(MOST_AGAIN).forEach(again::remove);
    NavigableMap<Long, Long> announced = new TreeMap<>();
    again.forEach((uid, message) -> announced.put(uid, message.announced()));
    this.open = look.fresh().with(announced);
    ledger
        .openMessages()
        .forEach(
            (uid, message) -> {
              if (message.setAside()) {
                wasSetAside.add(uid);
              }
            });
  }

  /**
   * The source messages that are neither copied nor accounted for otherwise: announced octets by
   * UID.
   */
  MessageSizes open() {
    return open;
  }

  /**
   * The messages that are asked for alone, at the end of the folder: in an earlier pass or in this
   * one the source could not give them.
   */
  NavigableSet<Long> putOff() {
    return putOff;
  }

  /**
   * Messages that are copied, and of which less came in an earlier pass than was announced: they
   * are asked for again, after all others.
   */
  NavigableMap<Long, ShortMessage> again() {
    return again;
  }

  /** These are stored; of those that were there before, more has come now. */
  void storedAgain(Collection<Long> uids) {
    Map<Long, ShortMessage> before = new TreeMap<>(again);
    before.keySet().retainAll(uids);
    if (!before.isEmpty()) {
      ledger.shorts().remove(before);
      again.keySet().removeAll(before.keySet());
      session
          .tally()
          .note(
              "The old provider now gives more of some messages in "
                  + place
                  + " than it did in an earlier pass. They were copied as they came now; the shorter copies of before"
                  + " are still there, and can be deleted by hand.");
    }
  }

  /** Whether a message was set aside in an earlier pass, so that it is tried alone and last. */
  boolean wasSetAside(long uid) {
    return wasSetAside.contains(uid);
  }
}
