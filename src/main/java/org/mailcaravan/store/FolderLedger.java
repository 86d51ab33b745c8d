package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.store.Ledger.FolderPair;
import org.mailcaravan.store.Ledger.Stamp;

/**
 * The ledger of one folder pair. For one thread at a time; only one pass of a mailbox may run at
 * once. Every change is on disk when its method returns.
 *
 * <p>Whatever changes the destination is noted in the {@link #journal} first and recorded here
 * after: an append goes {@link FolderJournal#beginAppend}, append, {@link #record}. If the program
 * or a server dies in between, the journal tells the next pass what may have happened unrecorded.
 */
public final class FolderLedger {
  /**
   * The next ranges behind a source UID; not all at once, since there may be millions. H2 takes
   * them from the primary key in their order only where all its columns are named.
   */
  static final String NEXT_RANGES =
      "select source_first, length, destination_first, standing, gone from copied_range"
          + " where folder_pair_id = ? and source_first > ?"
          + " order by folder_pair_id, source_first limit 10000";

  /** How many messages one statement names. */
  private static final int STEP = 500;

  /** How many messages are changed at once. */
  private static final int CHANGED_AT_ONCE = 5_000;

  private static final int REASON_LENGTH = 4_000;

  private final Database database;
  private final String id;
  private final FolderBlocks blocks;
  private final FolderJournal journal;
  private final MarkedCopies unseen;
  private final MarkedCopies delicate;
  private final RepairedCopies repaired;
  private final ShortMessages shorts;
  private volatile FolderPair pair;
  private volatile Stamp stamp;
  private @Nullable UidMap uids;

  FolderLedger(Database database, String id, FolderPair pair, Stamp stamp) {
    this.database = database;
    this.id = id;
    this.blocks = new FolderBlocks(database, id);
    this.journal = new FolderJournal(database, id);
    this.unseen = new MarkedCopies(database, id, MarkedCopies.UNSEEN);
    this.delicate = new MarkedCopies(database, id, MarkedCopies.DELICATE);
    this.repaired = new RepairedCopies(database, pair.accounts());
    this.shorts = new ShortMessages(database, id, pair.accounts());
    this.pair = pair;
    this.stamp = stamp;
  }

  /** The same as it is on disk now, for a thread that the ledger does not belong to. */
  public FolderLedger anew() {
    return new FolderLedger(database, id, pair, stamp);
  }

  /** Names the pair in {@link Ledger.Move} and {@link Ledger.Known}. */
  public String id() {
    return id;
  }

  public FolderPair pair() {
    return pair;
  }

  /** How the source folder stood when all in it was last accounted for. */
  public Stamp stamp() {
    return stamp;
  }

  /** What is about to be changed at the destination, and not recorded yet. */
  public FolderJournal journal() {
    return journal;
  }

  /** What came of which more was announced. */
  public ShortMessages shorts() {
    return shorts;
  }

  private UidMap uids() {
    UidMap known = uids;
    if (known == null) {
      known = new UidMap(List.of());
      for (List<UidMap.Range> some = ranges(0); !some.isEmpty(); ) {
        some.forEach(known::add);
        some = ranges(some.get(some.size() - 1).sourceFirst());
      }
      uids = known;
    }
    return known;
  }

  private List<UidMap.Range> ranges(long behind) {
    return database
        .jdbc()
        .sql(NEXT_RANGES)
        .params(id, behind)
        .query(
            (row, number) ->
                new UidMap.Range(
                    row.getLong(1),
                    row.getLong(2),
                    new Place(
                        row.getLong(3), Standing.valueOf(row.getString(4)), row.getBoolean(5))))
        .list();
  }

  /** Whether a source message is recorded. */
  public boolean contains(long sourceUid) {
    return place(sourceUid) != null;
  }

  /** Where a source message went, or null when it is not recorded. */
  public @Nullable Place place(long sourceUid) {
    return uids().place(sourceUid);
  }

  /** How many source messages are recorded, gone ones among them. */
  public long count() {
    return uids().count();
  }

  /** How many recorded messages were in the source folder at the last look. */
  public long present() {
    return uids().present();
  }

  /** All that is recorded, in the order of the source UIDs. */
  public void forEach(BiConsumer<Long, Place> consumer) {
    forEach(1, Long.MAX_VALUE, consumer);
  }

  /** What is recorded of certain source UIDs, both included, in their order. */
  public void forEach(long first, long last, BiConsumer<Long, Place> consumer) {
    uids().forEach(first, last, consumer);
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
    UidSet known = new UidSet();
    uids()
        .forEachRange(
            range -> {
              long first = range.first().destinationUid();
              if (first > 0) {
                known.add(first, first + range.length() - 1);
              }
            });
    return known;
  }

  /** The same as they are on disk now, for a thread that the ledger does not belong to. */
  public UidSet destinationUidsOnDisk() {
    UidSet known = new UidSet();
    for (List<UidMap.Range> some = ranges(0); !some.isEmpty(); ) {
      for (UidMap.Range range : some) {
        long first = range.first().destinationUid();
        if (first > 0) {
          known.add(first, first + range.length() - 1);
        }
      }
      some = ranges(some.get(some.size() - 1).sourceFirst());
    }
    return known;
  }

  /** What is kept of a message beside its place, or null when nothing is. */
  public @Nullable Details details(long sourceUid) {
    return blocks.details(sourceUid);
  }

  /** Notes what was copied although it resembles what was there; replaces what was noted before. */
  public void resembles(Resemblance found) {
    database.inTransaction(
        () -> {
          database
              .jdbc()
              .sql("delete from resembling_copy where folder_pair_id = ?")
              .param(id)
              .update();
          database
              .jdbc()
              .sql("insert into resembling_copy (folder_pair_id, messages, named) values (?, ?, ?)")
              .params(id, found.messages(), found.of())
              .update();
        });
  }

  /** What was copied although it resembles what was there, or null. */
  public @Nullable Resemblance resemblance() {
    return database
        .jdbc()
        .sql("select messages, named from resembling_copy where folder_pair_id = ?")
        .param(id)
        .query((row, number) -> new Resemblance(row.getLong(1), row.getLong(2)))
        .optional()
        .orElse(null);
  }

  /** What the ledger knows a message by, or null. */
  public @Nullable Fingerprint fingerprint(long sourceUid) {
    Details details = details(sourceUid);
    return details == null ? null : details.fingerprint();
  }

  /** The EMAILIDs of those of some messages that have one, by source UID. */
  public Map<Long, String> emailIds(Collection<Long> sourceUids) {
    Map<Long, String> emailIds = new HashMap<>();
    inSteps(
        sourceUids,
        some ->
            database
                .jdbc()
                .sql(
                    "select source_uid, email_id from email_id where folder_pair_id = :id"
                        + " and source_uid in (:uids)")
                .param("id", id)
                .param("uids", some)
                .query(
                    row -> {
                      emailIds.put(row.getLong(1), row.getString(2));
                    }));
    return emailIds;
  }

  /** The same of any number of messages, in the order of their UIDs. */
  public void forEachEmailId(UidSet sourceUids, BiConsumer<Long, String> consumer) {
    inSteps(sourceUids, some -> new TreeMap<>(emailIds(some)).forEach(consumer));
  }

  /** Adds EMAILIDs of recorded messages; those that have one keep it. */
  public void putEmailIds(Map<Long, String> seen) {
    UidSet recorded = new UidSet();
    for (long uid : seen.keySet()) {
      if (contains(uid)) {
        recorded.add(uid);
      }
    }
    inSteps(
        recorded,
        some -> {
          Set<Long> known = emailIds(some).keySet();
          database.inTransaction(
              () ->
                  some.stream()
                      .filter(uid -> !known.contains(uid))
                      .forEach(uid -> insertEmailId(uid, Objects.requireNonNull(seen.get(uid)))));
        });
  }

  private void insertEmailId(long sourceUid, String emailId) {
    database
        .jdbc()
        .sql("insert into email_id (folder_pair_id, source_uid, email_id) values (?, ?, ?)")
        .params(id, sourceUid, emailId)
        .update();
  }

  /**
   * What is recorded of messages, as it is to be recorded under the UIDs that they have now.
   *
   * @param newUids the UIDs that they have now, by those under which they are recorded
   * @param emailIds by new UID
   */
  List<Entry> entries(Map<Long, Long> newUids, Map<Long, String> emailIds) {
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
                    emailIds.get(uid)));
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

  /** Notes, before they are stored, that servers may store some messages otherwise. */
  public void delicate(Collection<Long> sourceUids) {
    delicate.add(sourceUids);
  }

  /** Source UIDs of such messages whose copies no comparison has read. */
  public UidSet delicate() {
    return delicate.all();
  }

  /** Copies were read, and are what they should be, or changed as is known. */
  public void read(LongPredicate sourceUids) {
    delicate.keep(uid -> !sourceUids.test(uid));
  }

  /**
   * Records that copies were seen at the destination. A copy that is missing later was deleted
   * there; it was stored.
   */
  public void saw(LongPredicate sourceUids) {
    unseen.keep(uid -> !sourceUids.test(uid));
  }

  /**
   * Records that all copies were looked for at the destination.
   *
   * @param notStored source messages that were recorded as copied, and whose copies are nowhere:
   *     they are open again
   */
  public void seen(UidSet notStored) {
    database.inTransaction(
        () -> {
          unseen.clear();
          if (!notStored.isEmpty()) {
            doubt(notStored);
            remove(notStored);
            open(notStored, OpenMessage.NOT_STORED);
            complete(Stamp.NONE);
          }
        });
  }

  /** A server may show later what it said it had stored; it is stored again by then. */
  private void doubt(UidSet notStored) {
    if (notStored.count() > CHANGED_AT_ONCE) {
      // So many are no lag: the folder was emptied.
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
  public void recordConfirmed(Collection<Entry> arrived, FolderJournal.Append cutOff) {
    database.inTransaction(
        () -> {
          record(arrived);
          if (cutOff.brokeOff()) {
            Set<Long> open = new TreeSet<>(cutOff.details().keySet());
            open.removeIf(this::contains);
            journal.addDoubt(open, cutOff.destinationUidNext());
          }
        });
  }

  /** The folders of the account as they were before a pass first did not find what it had sent. */
  public FoldersBefore foldersBefore() {
    return new FoldersBefore(database, pair().accounts());
  }

  /** Notes that nothing more is to be expected of appends that were cut off. */
  public void endDoubt() {
    journal.endDoubt();
  }

  /** Records messages, or replaces what was recorded of them. */
  public void put(Collection<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    NavigableMap<Long, Place> places = new TreeMap<>();
    NavigableMap<Long, Details> details = new TreeMap<>();
    for (Entry entry : entries) {
      places.put(entry.sourceUid(), entry.place());
      if (entry.details() != null) {
        details.put(entry.sourceUid(), entry.details());
      }
    }
    database.inTransaction(
        () -> {
          write(uids().put(places));
          blocks.put(details);
          delete("open_message", places.keySet());
          for (Entry entry : entries) {
            if (entry.emailId() != null) {
              delete("email_id", Set.of(entry.sourceUid()));
              insertEmailId(entry.sourceUid(), entry.emailId());
            }
          }
        });
  }

  /** Replaces the details of messages. */
  public void putDetails(NavigableMap<Long, Details> details) {
    database.inTransaction(() -> blocks.put(details));
  }

  /** Replaces the places of messages that are recorded. */
  public void putPlaces(NavigableMap<Long, Place> places) {
    database.inTransaction(() -> write(uids().put(places)));
  }

  /** Notes that messages have left the source folder. */
  public void left(UidSet sourceUids) {
    change(sourceUids, (uid, place) -> place.left());
  }

  /** Notes that messages are in the source folder, which counted as having left it. */
  public void returned(UidSet sourceUids) {
    change(sourceUids, (uid, place) -> Place.of(place.destinationUid(), place.standing()));
  }

  /**
   * Notes that all messages have other UIDs at the destination.
   *
   * @param destinationUids by source UID; 0 where it is not known
   */
  public void renumbered(LongUnaryOperator destinationUids) {
    UidSet all = new UidSet();
    forEach((uid, place) -> all.add(uid));
    change(
        all,
        (uid, place) ->
            new Place(destinationUids.applyAsLong(uid), place.standing(), place.gone()));
  }

  /** In steps, each of which is on disk before the next: there may be millions. */
  private void change(UidSet sourceUids, BiFunction<Long, Place, Place> change) {
    inSteps(
        sourceUids,
        some -> {
          NavigableMap<Long, Place> places = new TreeMap<>();
          for (long uid : some) {
            Place place = place(uid);
            if (place != null) {
              places.put(uid, change.apply(uid, place));
            }
          }
          putPlaces(places);
        });
  }

  /** Forgets messages. */
  public void remove(UidSet sourceUids) {
    database.inTransaction(() -> inSteps(sourceUids, this::remove));
  }

  /** Forgets messages. */
  public void remove(Collection<Long> sourceUids) {
    database.inTransaction(
        () -> {
          write(uids().remove(sourceUids));
          blocks.remove(sourceUids);
          delete("email_id", sourceUids);
          delete("open_message", sourceUids);
        });
  }

  private void write(UidMap.Change change) {
    for (UidMap.Range range : change.removed()) {
      database
          .jdbc()
          .sql("delete from copied_range where folder_pair_id = ? and source_first = ?")
          .params(List.of(id, range.sourceFirst()))
          .update();
    }
    for (UidMap.Range range : change.made()) {
      database
          .jdbc()
          .sql(
              "insert into copied_range (folder_pair_id, source_first, length, destination_first, standing,"
                  + " gone) values (?, ?, ?, ?, ?, ?)")
          .params(
              List.of(
                  id,
                  range.sourceFirst(),
                  range.length(),
                  range.first().destinationUid(),
                  range.first().standing().name(),
                  range.first().gone()))
          .update();
    }
  }

  /** Notes that everything in the source folder, as it stood then, is accounted for. */
  public void complete(Stamp seen) {
    database
        .jdbc()
        .sql(
            "update folder_pair set source_uidnext = ?, source_messages = ?, source_highestmodseq = ?"
                + " where id = ?")
        .params(seen.uidNext(), seen.messages(), seen.highestModSeq(), id)
        .update();
    stamp = seen;
  }

  /** The pair has other names, UIDVALIDITYs or another MAILBOXID now; its messages are the same. */
  public void become(FolderPair renamed) {
    database
        .jdbc()
        .sql(
            "update folder_pair set source_folder = ?, destination_folder = ?, source_uidvalidity = ?,"
                + " destination_uidvalidity = ?, source_mailbox_id = ?, named_by_user = ?, replaced_folder = ?"
                + " where id = ?")
        .param(renamed.sourceFolder())
        .param(renamed.destinationFolder())
        .param(renamed.sourceUidValidity())
        .param(renamed.destinationUidValidity())
        .param(renamed.sourceMailboxId())
        .param(renamed.namedByUser())
        .param(renamed.replaced())
        .param(id)
        .update();
    pair = renamed;
  }

  /**
   * How messages of the account are stored that were refused as they are, by {@link
   * Fingerprint#whole}.
   */
  public Map<String, RepairedCopy> repaired() {
    return repaired.all();
  }

  /** Notes, before it is stored, that a message will be stored otherwise than it is. */
  public void repairing(Fingerprint original, RepairedCopy copy) {
    repaired.put(original, copy);
  }

  /** A message was not stored as was noted last. */
  public void notRepaired(Fingerprint original) {
    repaired.remove(original);
  }

  /** Notes that a message is not at the destination, and why. */
  public void open(long sourceUid, OpenMessage message) {
    database.inTransaction(
        () -> {
          delete("open_message", Set.of(sourceUid));
          String reason = message.reason();
          database
              .jdbc()
              .sql(
                  "insert into open_message (folder_pair_id, source_uid, standing, reason) values (?, ?, ?, ?)")
              .params(
                  id,
                  sourceUid,
                  message.why().name(),
                  reason.substring(0, Math.min(reason.length(), REASON_LENGTH)))
              .update();
        });
  }

  /** Notes that messages are not at the destination, all for one reason. */
  public void open(UidSet sourceUids, OpenMessage message) {
    database.inTransaction(() -> sourceUids.forEach(uid -> open(uid, message)));
  }

  /** The messages that are not at the destination, by source UID. */
  public NavigableMap<Long, OpenMessage> open() {
    NavigableMap<Long, OpenMessage> open = new TreeMap<>();
    // There may be many messages, and few reasons.
    Map<OpenMessage, OpenMessage> same = new HashMap<>();
    database
        .jdbc()
        .sql("select source_uid, standing, reason from open_message where folder_pair_id = :id")
        .param("id", id)
        .query(
            row -> {
              OpenMessage message =
                  new OpenMessage(OpenMessage.Why.valueOf(row.getString(2)), row.getString(3));
              OpenMessage before = same.putIfAbsent(message, message);
              open.put(row.getLong(1), before == null ? message : before);
            });
    return open;
  }

  /** Forgets that messages are open: they have left the source. */
  public void notOpen(Collection<Long> sourceUids) {
    delete("open_message", sourceUids);
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

  private void delete(String table, Collection<Long> sourceUids) {
    inSteps(
        sourceUids,
        some ->
            database
                .jdbc()
                .sql(
                    "delete from "
                        + table
                        + " where folder_pair_id = :id and source_uid in (:uids)")
                .param("id", id)
                .param("uids", some)
                .update());
  }

  private static void inSteps(Collection<Long> sourceUids, Consumer<List<Long>> step) {
    inSteps(consumer -> sourceUids.forEach(consumer::accept), STEP, step);
  }

  private static void inSteps(UidSet sourceUids, Consumer<List<Long>> step) {
    inSteps(sourceUids::forEach, CHANGED_AT_ONCE, step);
  }

  private static void inSteps(
      Consumer<LongConsumer> sourceUids, int most, Consumer<List<Long>> step) {
    List<Long> some = new ArrayList<>();
    sourceUids.accept(
        uid -> {
          some.add(uid);
          if (some.size() == most) {
            step.accept(List.copyOf(some));
            some.clear();
          }
        });
    if (!some.isEmpty()) {
      step.accept(some);
    }
  }
}
