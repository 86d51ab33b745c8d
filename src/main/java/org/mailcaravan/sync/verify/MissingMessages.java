package org.mailcaravan.sync.verify;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.sync.messages.Digests;
import org.mailcaravan.sync.messages.FolderPieces;
import org.mailcaravan.sync.messages.MessageDigests;
import org.mailcaravan.sync.messages.MessageTable;

/**
 * The messages of a source folder that were delivered and are not where they were put, until each
 * is found elsewhere, or is gone. For one thread.
 */
final class MissingMessages {
  private final boolean deep;
  private final KnownMessages known;
  private final SourceReading source;
  private final @Nullable DestinationReading destination;
  private final FolderAccounting accounting;
  private final MessageTable missing = new MessageTable();

  /** Rows of those that are found, or gone. */
  private final BitSet ended = new BitSet();

  private final Map<Long, String> octets = new HashMap<>();
  private final Map<Long, Fingerprint> read = new HashMap<>();

  /** UIDs of the copies that were found, by folder. */
  private final Map<String, UidSet> found = new HashMap<>();

  private final UidSet notStored = new UidSet();
  private boolean hidden;

  /**
   * @param deep whether to compare octets always
   */
  MissingMessages(
      boolean deep,
      KnownMessages known,
      SourceReading source,
      @Nullable DestinationReading destination,
      FolderAccounting accounting) {
    this.deep = deep;
    this.known = known;
    this.source = source;
    this.destination = destination;
    this.accounting = accounting;
  }

  /** A message is missing; with its size and date in seconds, as the source tells them. */
  void add(long uid, long size, long date) {
    missing.add(uid, size, date);
  }

  /** The ledger that knows them; null when no pass has looked at the folder. */
  @Nullable FolderLedger ledger() {
    return known.ledger();
  }

  /** Whether some are neither found nor gone. */
  boolean isOpen() {
    return ended.cardinality() < missing.count();
  }

  private UidSet open() {
    UidSet uids = new UidSet();
    for (int row = ended.nextClearBit(0);
        row < missing.count();
        row = ended.nextClearBit(row + 1)) {
      uids.add(missing.uid(row));
    }
    return uids;
  }

  /** Gives those that are open, and by what they are known; reads what is not known. */
  void forEach(BiConsumer<Long, Fingerprint> consumer) {
    FolderPieces.each(
        open(),
        piece -> {
          List<Long> unread = new ArrayList<>();
          piece.forEach(
              uid -> {
                if (deep || known.fingerprint(uid) == null) {
                  unread.add(uid);
                }
              });
          if (deep) {
            source
                .in(connection -> Digests.octets(connection, unread))
                .forEach(
                    (uid, given) -> {
                      read.put(uid, given.fingerprint());
                      octets.put(uid, given.sha256());
                    });
          } else if (!unread.isEmpty()) {
            read.putAll(source.in(connection -> Digests.messages(connection, unread)));
          }
          piece.forEach(
              uid -> {
                Fingerprint fingerprint = fingerprint(uid);
                if (fingerprint != null) {
                  consumer.accept(uid, fingerprint);
                }
              });
        });
  }

  /** By what a message is known; null when its server did not give it. */
  @Nullable Fingerprint fingerprint(long uid) {
    return deep ? read.get(uid) : read.getOrDefault(uid, known.fingerprint(uid));
  }

  private byte[] digest(int row) {
    String given = octets.get(missing.uid(row));
    return given == null
        ? MessageDigests.ofMetadata(missing.size(row), missing.date(row))
        : MessageDigests.ofOctets(given);
  }

  /** Whether another tool had brought the copy. */
  boolean wasThereBefore(long uid) {
    return known.wasThereBefore(uid);
  }

  /** Octets of a message, as announced. */
  long size(long uid) {
    return missing.size(missing.row(uid));
  }

  /** The date of a message, in seconds. */
  long date(long uid) {
    return missing.date(missing.row(uid));
  }

  /** A message at the destination, and what its server tells of it. */
  record Copy(String folder, long uid, long size, long date) {}

  /** Whether a message was found as this copy. */
  boolean hasFound(String folder, long copy) {
    UidSet uids = found.get(folder);
    return uids != null && uids.contains(copy);
  }

  /** Gives the UIDs of the copies that were found, by folder. */
  void forEachFound(BiConsumer<String, UidSet> consumer) {
    found.forEach(consumer);
  }

  /** A copy of any folder was found: one of our own, if it is in the folder of this one. */
  void foundIn(String folder) {
    if (isDestination(folder)) {
      accounting.oneMoreOfOurs();
    }
  }

  /** A message was found. */
  void found(long uid, Copy copy) {
    int row = missing.row(uid);
    if (row < 0 || ended.get(row)) {
      return;
    }
    ended.set(row);
    found.computeIfAbsent(copy.folder(), name -> new UidSet()).add(copy.uid());
    ShortMessage came = known.cut(known.fingerprint(uid));
    if (came != null && !came.fits(missing.size(row))) {
      accounting.cut(uid, came, digest(row), MessageDigests.ofMetadata(copy.size(), copy.date()));
      return;
    }
    if (isDestination(copy.folder())) {
      accounting.inPlace(digest(row));
    } else {
      accounting.movedByUser(digest(row));
      if (known.unseen().contains(uid)) {
        accounting.filedElsewhere(copy.folder());
      }
    }
  }

  private boolean isDestination(String folder) {
    return destination != null && destination.isNamed(folder);
  }

  /**
   * What is open still is gone, or was never stored.
   *
   * @param hiding a folder of the new server that does not show all that it holds, or null
   */
  void endSearch(@Nullable String hiding) {
    UidSet open = open();
    UidSet never = new UidSet();
    open.forEach(
        uid -> {
          if (known.unseen().contains(uid)) {
            never.add(uid);
          }
        });
    if (hiding != null && never.count() < open.count()) {
      hidden = true;
      accounting.obstacle(
          "copies that are not where they were put may be in folder %s of the new server, which does not show all that it holds"
              .formatted(hiding));
    }
    never.forEach(accounting::notStored);
    notStored.addAll(never);
    for (int row = ended.nextClearBit(0);
        row < missing.count();
        row = ended.nextClearBit(row + 1)) {
      if (!never.contains(missing.uid(row))) {
        accounting.gone(missing.uid(row), digest(row));
      }
      ended.set(row);
    }
  }

  /** Whether the new server does not show all, so that what is missing may be there. */
  boolean isHidden() {
    return hidden;
  }

  /** Messages recorded as copied whose copies are nowhere, and that nobody has ever seen there. */
  UidSet notStored() {
    return notStored;
  }
}
