package org.mailcaravan.sync;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderLedger;
import org.roaringbitmap.RoaringBitmap;

/**
 * Counts what a destination folder has once more than we put there: a backend that keeps a journal
 * or a replica may store each message twice and tell of one. Only messages count that no ledger
 * knows, that came since the folder was compared last, and that are the same to the octet as a copy
 * of ours that came since then too, without a flag of the user's: what a user or a delivery puts
 * there does not. For one thread.
 */
final class DoubledCopies {
  /** So many messages are looked into; who has more has seen enough. */
  private static final int MOST = 10_000;

  /** A message may be there more than twice. */
  private static final int ROUNDS = 5;

  private final MailboxSession session;
  private final String place;
  private final FolderLedger ledger;
  private final SelectedFolder folder;
  private final long first;
  private final UidSet copied = new UidSet();
  private UidSet candidates = new UidSet();

  /** Found so far, which a lost connection must not undo. */
  private final UidSet doubled = new UidSet();

  /** Hash codes, since there may be millions. */
  private final RoaringBitmap sizes = new RoaringBitmap();

  /**
   * @param folder at the destination, whose UIDs the ledger knows
   * @param first only messages with this UID or a higher one count
   */
  DoubledCopies(
      MailboxSession session,
      String place,
      FolderLedger ledger,
      SelectedFolder folder,
      long first) {
    this.session = session;
    this.place = place;
    this.ledger = ledger;
    this.folder = folder;
    this.first = first;
  }

  /** A message that we copied is where it was put. */
  void inPlace(long uid, long copyUid, long size) {
    if (copyUid >= first) {
      copied.add(uid);
      sizes.add(Long.hashCode(size));
    }
  }

  /**
   * Looks which messages of the folder may be one too many; asks the server only where a large
   * folder has grown by more than we put there.
   *
   * @param all what is in the folder
   */
  void look(MessageTable all) {
    UidSet ours = ledger.destinationUids();
    for (int row = 0; row < all.count(); row++) {
      consider(all.uid(row), all.size(row), ours);
    }
    removeOurs();
  }

  /** As {@link #look(MessageTable)}, where the folder was not read as a whole. */
  void look() {
    if (copied.isEmpty() || folder.status().uidNext() - first <= copied.count()) {
      return;
    }
    UidSet ours = ledger.destinationUids();
    session.in(
        Side.DESTINATION,
        place,
        folder,
        connection -> {
          connection.read(
              first + ":*",
              MessageTable.ITEMS,
              PullMessages.NO_CONTENT,
              message -> consider(message.uid(), message.announcedSize(), ours));
          return ours;
        });
    removeOurs();
  }

  private void consider(long uid, long size, UidSet ours) {
    if (uid >= first
        && sizes.contains(Long.hashCode(size))
        && !ours.contains(uid)
        && candidates.count() < MOST) {
      candidates.add(uid);
    }
  }

  private void removeOurs() {
    if (!candidates.isEmpty()) {
      // Another source folder may go to the same one.
      candidates.removeAll(
          session.folders().copiesIn(folder.name().text(), folder.status().uidValidity()));
    }
  }

  /** Whether there is something to look into. */
  boolean isOpen() {
    return !candidates.isEmpty();
  }

  /** What may be one too many is a copy that was not where it was put. */
  void found(long copyUid) {
    candidates.remove(copyUid);
  }

  /** The name of the folder. */
  String folder() {
    return folder.name().text();
  }

  /** Reads what may be one too many; returns how many are. */
  long count() {
    for (int round = 0; round < ROUNDS && !candidates.isEmpty(); round++) {
      NavigableMap<Long, Long> found = session.in(Side.DESTINATION, place, folder, this::match);
      if (found.isEmpty()) {
        break;
      }
      withoutFlagsOfTheUser(found).forEach(doubled::add);
      candidates.removeAll(UidSet.of(found.keySet()));
    }
    candidates = new UidSet();
    return doubled.count();
  }

  /** Destination UIDs of those that are one too many. */
  UidSet found() {
    return doubled;
  }

  private NavigableMap<Long, Long> match(ImapConnection connection) {
    StoredForms forms = StoredForms.of(ledger);
    // The complement of a UID names the message as it was stored repaired.
    KnownMatch match =
        new KnownMatch(
            KnownMatch.How.SAME_MESSAGE,
            key -> {
              Fingerprint original = ledger.fingerprint(key >= 0 ? key : ~key);
              return original == null || key >= 0
                  ? original
                  : forms.of(original).get(forms.of(original).size() - 1);
            });
    copied.forEach(
        uid -> {
          Details details = ledger.details(uid);
          if (details != null) {
            match.add(uid, details.fingerprint());
            forms.of(details.fingerprint()).stream().skip(1).forEach(form -> match.add(~uid, form));
          }
        });
    NavigableMap<Long, Long> found = new TreeMap<>();
    match.find(
        connection, candidates, (uid, key, fingerprint) -> found.put(uid, key >= 0 ? key : ~key));
    return found;
  }

  /** One that the user has flagged may have been put there by the user. */
  private List<Long> withoutFlagsOfTheUser(Map<Long, Long> found) {
    Map<Long, Set<String>> flags =
        session.in(
            Side.DESTINATION,
            place,
            folder,
            connection -> BothFolders.flags(connection, found.keySet()));
    return found.entrySet().stream()
        .filter(
            copy ->
                Untouched.hasNoFlagOfTheUsers(
                    flags.getOrDefault(copy.getKey(), Set.of()), ledger.details(copy.getValue())))
        .map(Map.Entry::getKey)
        .toList();
  }
}
