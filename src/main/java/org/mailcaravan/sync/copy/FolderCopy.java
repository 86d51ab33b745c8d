package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.OpenMessage;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.messages.MessageSizes;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * A folder that is being copied: its two sides as they were opened, its ledger, and which messages
 * are still open. For one thread at a time.
 */
final class FolderCopy {
  /** Each costs a login, which servers count. */
  private static final int MOST_FRUITLESS_RENEWALS = 3;

  /** So many messages that were cut are asked for again in a pass. */
  private static final int MOST_AGAIN = 100;

  private final FolderLook look;
  private final MailboxSession session;
  private final @Nullable SelectedFolder destination;
  private final FolderLedger ledger;
  private final MessageSizes open;
  private final NavigableMap<Long, ShortMessage> again = new TreeMap<>();
  private final Map<Long, ShortMessage> shorts = new HashMap<>();
  private final OddSizes oddSizes = new OddSizes();
  private final UidSet noted = new UidSet();
  private final ToldUids toldUids = new ToldUids();
  private final Set<Long> wasSetAside = new TreeSet<>();
  private final Set<String> refusedKeywords = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final NotShown notShown = new NotShown();
  private int fruitlessRenewals;
  private final Map<Long, Integer> obeyed = new HashMap<>();
  private int obeyedTogether;
  private final Map<List<Long>, Integer> wantedTime = new HashMap<>();
  private boolean wantsTimeAtSome;
  private final Set<Long> overtaken = new TreeSet<>();
  private final Map<Long, String> lastWords = new HashMap<>();
  private final Set<Long> hungUpAt = new TreeSet<>();
  private List<Long> failedLast = List.of();
  private long stored;
  private final Set<Long> guilty = new TreeSet<>();
  private int guiltySinceStored;
  private final Map<Long, Integer> remediesTried = new HashMap<>();
  private int errors;
  private long destinationUidNext;
  private final NavigableSet<Long> putOff = new TreeSet<>();
  private long readable;
  private long readableSize = Long.MAX_VALUE;
  private boolean unconfirmed;
  private boolean appending;
  private volatile boolean brokenOff;

  /**
   * @param look what is to be copied; it has a ledger
   * @param destination null when there is nothing to be copied
   * @param cut messages that are copied, and that are to be asked for again
   */
  FolderCopy(
      FolderLook look,
      MailboxSession session,
      @Nullable SelectedFolder destination,
      NavigableMap<Long, ShortMessage> cut) {
    this.look = look;
    this.session = session;
    this.destination = destination;
    this.ledger = Objects.requireNonNull(look.ledger());
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
        .open()
        .forEach(
            (uid, message) -> {
              if (message.setAside()) {
                wasSetAside.add(uid);
              } else if (message.why() == OpenMessage.Why.NOT_STORED) {
                notShown.inEarlierPass(uid);
              }
            });
    this.destinationUidNext = destination == null ? 1 : Math.max(1, destination.status().uidNext());
  }

  FolderLook look() {
    return look;
  }

  FolderPlan plan() {
    return look.plan();
  }

  MailboxSession session() {
    return session;
  }

  SelectedFolder source() {
    return look.source();
  }

  SelectedFolder destination() {
    return Objects.requireNonNull(destination);
  }

  FolderLedger ledger() {
    return ledger;
  }

  /** For messages to people. */
  Where place() {
    return look.place();
  }

  /** The next message at the destination gets this UID or a higher one. */
  long destinationUidNext() {
    return destinationUidNext;
  }

  void destinationUidNext(long uid) {
    destinationUidNext = Math.max(destinationUidNext, uid);
  }

  /** As the destination tells it now, which counts for more than what it told of appends. */
  void destinationUidNextIs(long uid) {
    if (uid > 0) {
      destinationUidNext = uid;
    }
  }

  /** How far the destination's APPENDUIDs can be believed. */
  ToldUids toldUids() {
    return toldUids;
  }

  /** Whether a message was set aside in an earlier pass, so that it is tried alone and last. */
  boolean wasSetAside(long uid) {
    return wasSetAside.contains(uid);
  }

  /** Keywords that the destination refuses, though it lists them as permanent or allows all. */
  Set<String> refusedKeywords() {
    return refusedKeywords;
  }

  /** What the destination says it has stored and does not show. */
  NotShown notShown() {
    return notShown;
  }

  /** Whether another connection may show what this one does not: as long as that has helped. */
  boolean mayRenew() {
    return fruitlessRenewals < MOST_FRUITLESS_RENEWALS;
  }

  /** A new connection was opened to see more. */
  void renewed(boolean showedMore) {
    fruitlessRenewals = showedMore ? 0 : fruitlessRenewals + 1;
  }

  /**
   * The destination asks for time at several messages together.
   *
   * @return how often it was given time for some since it last stored any
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

  /** The destination has stored others after it refused these. */
  void overtaken(Collection<Long> uids) {
    overtaken.addAll(uids);
  }

  boolean isOvertaken(long uid) {
    return overtaken.contains(uid);
  }

  /** What the destination said last to a message that was alone. */
  Map<Long, String> lastWords() {
    return lastWords;
  }

  /** The destination ended the connection over these, and may have stored others before. */
  void failedLast(List<Long> uids) {
    failedLast = uids;
  }

  List<Long> failedLast() {
    return failedLast;
  }

  /** The destination hung up at this message, which was alone, and asked for no time. */
  void hungUpAt(long uid) {
    hungUpAt.add(uid);
  }

  boolean hasHungUpAt(long uid) {
    return hungUpAt.contains(uid);
  }

  /** Adds BADs of the destination on its connection; returns how many there are. */
  int errors(int more) {
    errors += more;
    return errors;
  }

  /** Messages were stored: the destination works. */
  void stored(long messages) {
    if (messages > 0) {
      stored += messages;
      guiltySinceStored = 0;
      obeyedTogether = 0;
    }
  }

  /** How many messages were stored in this folder by this pass. */
  long stored() {
    return stored;
  }

  /**
   * The destination always fails at a message; returns of how many that was found since it stored
   * one.
   */
  int guilty(long uid) {
    if (guilty.add(uid)) {
      guiltySinceStored++;
    }
    return guiltySinceStored;
  }

  /**
   * How many changes of a message were tried at which the destination ends the connection.
   *
   * @param more how many more are tried now
   */
  int remediesTried(long uid, int more) {
    return remediesTried.merge(uid, more, Integer::sum);
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

  /** So many messages came as large as announced. */
  void came(long messages) {
    AnnouncedSizes.of(session, ledger).came(messages);
    oddSizes.hasCome();
  }

  /** A message came otherwise than announced, and has been asked for as often as it will be. */
  void came(SourceMessage message, AnnouncedSizes.Fit fit, @Nullable ShortMessage cut) {
    AnnouncedSizes.of(session, ledger).came(fit);
    oddSizes.came(message.uid(), fit);
    if (cut != null) {
      shorts.put(message.uid(), cut);
    }
  }

  /** Which messages were not as large as announced. */
  OddSizes oddSizes() {
    return oddSizes;
  }

  /**
   * Notes, before they are stored, which of some messages came short, and which servers may store
   * otherwise.
   */
  void note(Collection<SourceMessage> messages) {
    Map<Long, ShortMessage> some = new TreeMap<>();
    Collection<Long> delicate = new TreeSet<>();
    for (SourceMessage message : messages) {
      if (message.content() instanceof BatchContents.Fingerprinted content
          && content.shape().isDelicate()) {
        delicate.add(message.uid());
      }
      // There may be as many as messages; what is on disk is not kept here.
      ShortMessage cut = shorts.remove(message.uid());
      if (cut != null) {
        some.put(message.uid(), cut);
      }
    }
    AnnouncedSizes.of(session, ledger).note(ledger, some);
    delicate.removeIf(noted::contains);
    if (!delicate.isEmpty()) {
      ledger.delicate(delicate);
      delicate.forEach(noted::add);
    }
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
                  + place()
                  + " than it did in an earlier pass. They were copied as they came now; the shorter copies of before"
                  + " are still there, and can be deleted by hand.");
    }
  }

  /** The source has given this message, whose size is so many octets. */
  void readable(long uid, long size) {
    if (size < readableSize) {
      readable = uid;
      readableSize = size;
    }
  }

  /**
   * A message that the source has given before, to see whether it gives any: a small one of this
   * pass, or else one that is recorded; 0 when there is none.
   */
  long readable() {
    if (readable == 0) {
      ledger.forEach(
          (uid, place) -> {
            if (!place.gone()) {
              readable = uid;
            }
          });
    }
    return readable;
  }

  /** A batch may have arrived from now on, until {@link #confirmed}. */
  void begun() {
    unconfirmed = true;
  }

  /** The ledger knows of everything that arrived. */
  void confirmed() {
    unconfirmed = false;
  }

  boolean isUnconfirmed() {
    return unconfirmed;
  }

  /**
   * Begins to append a batch; of one folder only one at a time, whose journal has room for one.
   *
   * @param take takes the batch; returns false when it was freed
   * @throws IllegalStateException when the batch was freed, or another of the folder is being
   *     appended
   */
  synchronized void beginAppend(BooleanSupplier take) {
    if (appending || !take.getAsBoolean()) {
      throw parallel();
    }
    appending = true;
  }

  synchronized void endAppend() {
    appending = false;
  }

  /**
   * Counts a batch as failed until it has succeeded: behind one that failed, Camel asks for the
   * others and does nothing with them.
   */
  void assumeFailed() {
    brokenOff = true;
  }

  void succeeded() {
    brokenOff = false;
  }

  /** Whether what was done last with a batch has failed. */
  boolean isBrokenOff() {
    return brokenOff;
  }

  /**
   * Frees the batch before, when the next is asked for.
   *
   * @throws IllegalStateException when it is being appended
   */
  synchronized void requireNoAppend(Runnable free) {
    if (appending) {
      throw parallel();
    }
    free.run();
  }

  private static IllegalStateException parallel() {
    return new IllegalStateException(
        "each batch must be appended once and before the next: the split over mailbox:pull must be streaming and not"
            + " parallel");
  }
}
