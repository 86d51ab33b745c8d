package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;

/**
 * The ledger of one folder pair. For one thread at a time; only one pass of a mailbox may run at
 * once. Every change is on disk when its method returns.
 *
 * <p>Whatever changes the destination is noted in the {@link #journal} first and recorded here
 * after: an append goes {@link FolderJournal#beginAppend}, append, {@link #record}. If the program
 * or a server dies in between, the journal tells the next pass what may have happened unrecorded.
 */
public final class FolderLedger {
  /** So many messages that are not found are no lag of a server: the folder was emptied. */
  private static final int MOST_DOUBTFUL = 5_000;

  private final Database database;
  private final String id;
  private final FolderPairRow row;
  private final RecordedPlaces places;
  private final FolderBlocks blocks;
  private final RecordedEmailIds emailIds;
  private final OpenMessages open;
  private final FolderJournal journal;
  private final MarkedCopies unseen;
  private final MarkedCopies delicate;
  private final RepairedCopies repaired;
  private final ShortMessages shorts;

  FolderLedger(Database database, String id, FolderPair pair, Stamp stamp, LeftOutBefore leftOut) {
    this.database = database;
    this.id = id;
    this.row = new FolderPairRow(database, id, pair, stamp, leftOut);
    this.places = new RecordedPlaces(database, id);
    this.blocks = new FolderBlocks(database, id);
    this.emailIds = new RecordedEmailIds(database, id);
    this.open = new OpenMessages(database, id);
    this.journal = new FolderJournal(database, id);
    this.unseen = new MarkedCopies(database, id, MarkedCopies.UNSEEN);
    this.delicate = new MarkedCopies(database, id, MarkedCopies.DELICATE);
    this.repaired = new RepairedCopies(database, pair.accounts());
    this.shorts = new ShortMessages(database, id, pair.accounts());
  }

  /** The same as it is on disk now, for a thread that the ledger does not belong to. */
  public FolderLedger anew() {
    return new FolderLedger(database, id, pair(), stamp(), leftOut());
  }

  /** Names the pair in {@link MoveJournal.Move} and {@link Ledger.Known}. */
  public String id() {
    return id;
  }

  public FolderPair pair() {
    return row.pair();
  }

  /** How the source folder stood when all in it was last accounted for. */
  public Stamp stamp() {
    return row.stamp();
  }

  /**
   * Whether a source folder is, by its status, as it was when everything in it was last accounted
   * for. Without CONDSTORE nobody knows.
   */
  public boolean isAsAt(FolderStatus status) {
    return status.uidNext() > 0
        && status.highestModSeq() > 0
        && status.uidValidity() > 0
        && status.uidValidity() == pair().sourceUidValidity()
        && stamp().equals(Stamp.of(status));
  }

  /** What rules had left out of the source folder then. */
  public LeftOutBefore leftOut() {
    return row.leftOut();
  }

  /** What is about to be changed at the destination, and not recorded yet. */
  public FolderJournal journal() {
    return journal;
  }

  /** What came of which more was announced. */
  public ShortMessages shorts() {
    return shorts;
  }

  /** Whether a source message is recorded. */
  public boolean contains(long sourceUid) {
    return place(sourceUid) != null;
  }

  /** Where a source message went, or null when it is not recorded. */
  public @Nullable Place place(long sourceUid) {
    return places.place(sourceUid);
  }

  /** How many source messages are recorded, gone ones among them. */
  public long count() {
    return places.count();
  }

  /** How many recorded messages were in the source folder at the last look. */
  public long present() {
    return places.present();
  }

  /** All that is recorded, in the order of the source UIDs. */
  public void forEach(BiConsumer<Long, Place> consumer) {
    forEach(1, Long.MAX_VALUE, consumer);
  }

  /** What is recorded of certain source UIDs, both included, in their order. */
  public void forEach(long first, long last, BiConsumer<Long, Place> consumer) {
    places.forEach(first, last, consumer);
  }

  /** Destination UIDs, where they are known, of some source messages, by source UID. */
  public NavigableMap<Long, Long> copies(Collection<Long> sourceUids) {
    NavigableMap<Long, Long> copies = new TreeMap<>();
    for (long uid : sourceUids) {
      Place place = place(uid);
      if (place != null && place.destinationUid() > 0) {
        copies.put(uid, place.destinationUid());
      }
    }
    return copies;
  }

  /** The UIDs at the destination that are known. */
  public UidSet destinationUids() {
    return places.destinationUids();
  }

  /** The same as they are on disk now, for a thread that the ledger does not belong to. */
  public UidSet destinationUidsOnDisk() {
    return places.destinationUidsOnDisk();
  }

  /** What is kept of a message beside its place, or null when nothing is. */
  public @Nullable Details details(long sourceUid) {
    return blocks.details(sourceUid);
  }

  /** Records what was copied although it resembles what was there, in place of what was before. */
  public void recordResemblance(Resemblance found) {
    ResemblingCopies.record(database, id, found);
  }

  /** What was copied although it resembles what was there, or null. */
  public @Nullable Resemblance resemblance() {
    return ResemblingCopies.find(database, id);
  }

  /** What the ledger knows a message by, or null. */
  public @Nullable Fingerprint fingerprint(long sourceUid) {
    Details details = details(sourceUid);
    return details == null ? null : details.fingerprint();
  }

  /** The EMAILIDs of those of some messages that have one, by source UID. */
  public Map<Long, String> emailIds(Collection<Long> sourceUids) {
    return emailIds.of(sourceUids);
  }

  /** The same of any number of messages, in the order of their UIDs. */
  public void forEachEmailId(UidSet sourceUids, BiConsumer<Long, String> consumer) {
    emailIds.forEach(sourceUids, consumer);
  }

  /** Adds EMAILIDs of recorded messages; those that have one keep it. */
  public void recordEmailIds(Map<Long, String> seen) {
    UidSet recorded = new UidSet();
    for (long uid : seen.keySet()) {
      if (contains(uid)) {
        recorded.add(uid);
      }
    }
    emailIds.add(recorded, uid -> Objects.requireNonNull(seen.get(uid)));
  }

  /**
   * What is recorded of messages, as it is to be recorded under the UIDs that they have now.
   *
   * @param newUids the UIDs that they have now, by those under which they are recorded
   * @param newEmailIds by new UID
   */
  List<Entry> entries(Map<Long, Long> newUids, Map<Long, String> newEmailIds) {
    List<Entry> entries = new ArrayList<>();
    newUids.forEach(
        (oldUid, uid) -> {
          Place place = place(oldUid);
          if (place != null) {
            entries.add(
                new Entry(
                    uid,
                    Place.of(place.destinationUid(), place.standing()),
                    details(oldUid),
                    newEmailIds.get(uid)));
          }
        });
    return entries;
  }

  /**
   * Records what arrived, and that no batch is under way any more.
   *
   * @param arrived empty when nothing did
   */
  public void record(Collection<Entry> arrived) {
    database.inTransaction(
        () -> {
          put(arrived);
          unseen.add(
              arrived.stream()
                  .filter(entry -> entry.place().standing() == Standing.COPIED)
                  .map(Entry::sourceUid)
                  .toList());
          journal.endAppend();
        });
  }

  /**
   * Source UIDs of the recorded messages that no comparison has seen at the destination since they
   * were stored there.
   */
  public UidSet unseen() {
    return unseen.all();
  }

  /** Records, before they are stored, that servers may store some messages otherwise. */
  public void recordDelicate(Collection<Long> sourceUids) {
    delicate.add(sourceUids);
  }

  /** Source UIDs of such messages whose copies no comparison has read. */
  public UidSet delicate() {
    return delicate.all();
  }

  /** Records that copies were read, and are what they should be, or changed as is known. */
  public void recordRead(LongPredicate sourceUids) {
    delicate.keep(uid -> !sourceUids.test(uid));
  }

  /**
   * Records that copies were seen at the destination. A copy that is missing later was deleted
   * there; it was stored.
   */
  public void recordSeen(LongPredicate sourceUids) {
    unseen.keep(uid -> !sourceUids.test(uid));
  }

  /**
   * Records that all copies were looked for at the destination.
   *
   * @param notStored source messages that were recorded as copied, and whose copies are nowhere:
   *     they are open again
   */
  public void recordAllSeen(UidSet notStored) {
    database.inTransaction(
        () -> {
          unseen.clear();
          if (!notStored.isEmpty()) {
            doubt(notStored);
            remove(notStored);
            recordOpen(notStored, OpenMessage.NOT_STORED);
            recordAccountedFor(Stamp.NONE, LeftOutBefore.NONE);
          }
        });
  }

  /** A server may show later what it said it had stored; it is stored again by then. */
  private void doubt(UidSet notStored) {
    if (notStored.count() > MOST_DOUBTFUL) {
      return;
    }
    Set<Long> uids = new TreeSet<>();
    notStored.forEach(uids::add);
    copies(uids).values().stream()
        .min(Long::compare)
        .ifPresent(first -> journal.addDoubt(uids, first));
  }

  /**
   * Records what else arrived of a batch that was cut off, and ends the batch. What did not arrive
   * is doubtful when the destination broke off.
   */
  public void recordConfirmed(Collection<Entry> arrived, FolderJournal.Append append) {
    database.inTransaction(
        () -> {
          record(arrived);
          if (append.brokeOff()) {
            Set<Long> doubtful = new TreeSet<>(append.details().keySet());
            doubtful.removeIf(this::contains);
            journal.addDoubt(doubtful, append.destinationUidNext());
          }
        });
  }

  /** The folders of the account as they were before a pass first did not find what it had sent. */
  public FoldersBefore foldersBefore() {
    return new FoldersBefore(database, pair().accounts());
  }

  /** Records that nothing more is to be expected of appends that were cut off. */
  public void recordNoDoubt() {
    journal.endDoubt();
  }

  /** Records messages, or replaces what was recorded of them. */
  public void put(Collection<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    NavigableMap<Long, Place> where = new TreeMap<>();
    NavigableMap<Long, Details> details = new TreeMap<>();
    for (Entry entry : entries) {
      where.put(entry.sourceUid(), entry.place());
      if (entry.details() != null) {
        details.put(entry.sourceUid(), entry.details());
      }
    }
    database.inTransaction(
        () -> {
          places.put(where);
          blocks.put(details);
          open.forget(where.keySet());
          for (Entry entry : entries) {
            if (entry.emailId() != null) {
              emailIds.put(entry.sourceUid(), entry.emailId());
            }
          }
        });
  }

  /** Replaces the places of messages that are recorded. */
  public void putPlaces(NavigableMap<Long, Place> changed) {
    database.inTransaction(() -> places.put(changed));
  }

  /** Records that messages have left the source folder. */
  public void recordLeft(UidSet sourceUids) {
    change(sourceUids, (uid, place) -> place.left());
  }

  /** Records that messages are in the source folder, which counted as having left it. */
  public void recordReturned(UidSet sourceUids) {
    change(sourceUids, (uid, place) -> Place.of(place.destinationUid(), place.standing()));
  }

  /**
   * Records that all messages have other UIDs at the destination.
   *
   * @param destinationUids by source UID; 0 where it is not known
   */
  public void recordDestinationUids(LongUnaryOperator destinationUids) {
    UidSet all = new UidSet();
    forEach((uid, place) -> all.add(uid));
    change(
        all,
        (uid, place) ->
            new Place(destinationUids.applyAsLong(uid), place.standing(), place.gone()));
  }

  /** In steps, each of which is on disk before the next: there may be millions. */
  private void change(UidSet sourceUids, BiFunction<Long, Place, Place> change) {
    UidSteps.forEach(
        sourceUids,
        some -> {
          NavigableMap<Long, Place> changed = new TreeMap<>();
          for (long uid : some) {
            Place place = place(uid);
            if (place != null) {
              changed.put(uid, change.apply(uid, place));
            }
          }
          putPlaces(changed);
        });
  }

  /** Forgets messages. */
  public void remove(UidSet sourceUids) {
    database.inTransaction(() -> UidSteps.forEach(sourceUids, this::remove));
  }

  /** Forgets messages. */
  public void remove(Collection<Long> sourceUids) {
    database.inTransaction(
        () -> {
          places.remove(sourceUids);
          blocks.remove(sourceUids);
          emailIds.remove(sourceUids);
          open.forget(sourceUids);
        });
  }

  /**
   * Records that everything in the source folder, as it stood then, is accounted for.
   *
   * @param leftOut what rules leave out of it
   */
  public void recordAccountedFor(Stamp seen, LeftOutBefore leftOut) {
    row.put(seen, leftOut);
  }

  /**
   * Records that the pair has other names, UIDVALIDITYs or another MAILBOXID now; its messages are
   * the same.
   */
  public void recordPair(FolderPair changed) {
    row.put(changed);
  }

  /**
   * How messages of the account are stored that were refused as they are, by {@link
   * Fingerprint#whole}.
   */
  public Map<String, RepairedCopy> repaired() {
    return repaired.all();
  }

  /** Records, before it is stored, that a message will be stored otherwise than it is. */
  public void recordRepair(Fingerprint original, RepairedCopy copy) {
    repaired.put(original, copy);
  }

  /** Forgets how a message was to be stored: it was not stored so. */
  public void forgetRepair(Fingerprint original) {
    repaired.remove(original);
  }

  /** Records that a message is not at the destination, and why. */
  public void recordOpen(long sourceUid, OpenMessage message) {
    open.put(sourceUid, message);
  }

  /** Records that messages are not at the destination, all for one reason. */
  public void recordOpen(UidSet sourceUids, OpenMessage message) {
    database.inTransaction(() -> sourceUids.forEach(uid -> open.put(uid, message)));
  }

  /** The messages that are not at the destination, by source UID. */
  public NavigableMap<Long, OpenMessage> openMessages() {
    return open.all();
  }

  /** Forgets that messages are open: they have left the source. */
  public void forgetOpen(Collection<Long> sourceUids) {
    open.forget(sourceUids);
  }

  /** Records what flags were carried over, and that none are being changed any more. */
  public void recordFlags(NavigableMap<Long, Details> details) {
    database.inTransaction(
        () -> {
          blocks.put(details);
          journal.endFlags();
        });
  }

  /** Forgets messages whose copies were removed, and that any are being removed. */
  public void recordRemoved(Collection<Long> sourceUids) {
    database.inTransaction(
        () -> {
          remove(sourceUids);
          journal.endRemoval();
        });
  }
}
