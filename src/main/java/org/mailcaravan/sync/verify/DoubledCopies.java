package org.mailcaravan.sync.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.KnownMatch;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.messages.StoredForms;
import org.mailcaravan.sync.messages.Untouched;
import org.mailcaravan.sync.session.MailboxSession;
import org.roaringbitmap.RoaringBitmap;

/**
 * Counts what a destination folder has once more than we put there: a backend that keeps a journal
 * or a replica may store each message twice and tell of one. Only messages count that no ledger
 * knows, that came since the folder was compared last, and that are the same to the octet and the
 * date of ours that came since then too, without a flag of the user's: what a user or a delivery
 * puts there does not. For one thread.
 */
final class DoubledCopies {
  /** So many messages are looked into; who has more has seen enough. */
  private static final int MOST = 10_000;

  /** A message may be there more than twice. */
  private static final int ROUNDS = 5;

  private final MailboxSession session;
  private final Where place;
  private final FolderLedger ledger;
  private final SelectedFolder folder;
  private final long first;
  private final UidSet copied = new UidSet();
  private UidSet candidates = new UidSet();

  /** Found so far, which a lost connection must not undo. */
  private final UidSet doubled = new UidSet();

  /** Hash codes of size and date, since there may be millions. */
  private final RoaringBitmap outlines = new RoaringBitmap();

  /**
   * @param folder at the destination, whose UIDs the ledger knows
   * @param first only messages with this UID or a higher one count
   */
  DoubledCopies(
      MailboxSession session, Where place, FolderLedger ledger, SelectedFolder folder, long first) {
    this.session = session;
    this.place = place;
    this.ledger = ledger;
    this.folder = folder;
    this.first = first;
  }

  /** A message that we copied is where it was put. */
  void inPlace(long uid, long copyUid, long size, long date) {
    if (copyUid >= first) {
      copied.add(uid);
      outlines.add(outline(size, date));
    }
  }

  private static int outline(long size, long date) {
    return Long.hashCode(31 * size + date);
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
      consider(all.uid(row), all.size(row), all.date(row), ours);
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
              ContentStore.NONE,
              message ->
                  consider(
                      message.uid(), message.announcedSize(), MessageTable.date(message), ours));
          return ours;
        });
    removeOurs();
  }

  private void consider(long uid, long size, long date, UidSet ours) {
    if (uid >= first
        && outlines.contains(outline(size, date))
        && !ours.contains(uid)
        && candidates.count() < MOST) {
      candidates.add(uid);
    }
  }

  private void removeOurs() {
    if (!candidates.isEmpty()) {
      // Another source folder may go to the same one.
      candidates.removeAll(
          KnownFolders.of(session).copiesIn(folder.name().text(), folder.status().uidValidity()));
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
    // Of several messages with one content, each may have been written with other flags.
    Map<Fingerprint, List<Details>> written = new HashMap<>();
    found.values().forEach(uid -> written.put(fingerprint(uid), new ArrayList<>()));
    copied.forEach(
        uid -> {
          Details details = ledger.details(uid);
          List<Details> same = details == null ? null : written.get(details.fingerprint());
          if (details != null && same != null) {
            same.add(details);
          }
        });
    return found.entrySet().stream()
        .filter(
            copy ->
                written.getOrDefault(fingerprint(copy.getValue()), List.of()).stream()
                    .anyMatch(
                        details ->
                            Untouched.hasNoFlagOfTheUsers(
                                flags.getOrDefault(copy.getKey(), Set.of()), details)))
        .map(Map.Entry::getKey)
        .toList();
  }

  private Fingerprint fingerprint(long uid) {
    return Objects.requireNonNull(ledger.fingerprint(uid));
  }
}
