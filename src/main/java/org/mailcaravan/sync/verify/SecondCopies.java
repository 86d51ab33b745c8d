package org.mailcaravan.sync.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.sync.copy.FiledCopies;
import org.mailcaravan.sync.copy.OtherCopies;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.Listing;
import org.mailcaravan.sync.folders.OtherFolders;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.Digests;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.messages.NumbersByUid;
import org.mailcaravan.sync.messages.StoredForms;
import org.mailcaravan.sync.messages.Untouched;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Looks in all folders of the destination for second copies of messages that were sent again, since
 * it had said that they were stored and did not show them: what was sent first may come to light
 * many passes later, and in another folder than it was put into. Only what came since it was sent
 * counts, that no ledger knows, that is not the copy of another message which is not where it was
 * put, and that has no flag of the user's. For one thread.
 */
final class SecondCopies {
  /** So many messages of a folder are looked into; who has more has seen enough. */
  private static final int MOST = 5_000;

  /** So many are looked for, so that a server that shows little takes no more memory. */
  private static final int MOST_WANTED = 20_000;

  private final MailboxSession session;
  private final KnownFolders folders;
  private final FolderLedger ledger;
  private final UidSet sentAgain;
  private final long firstInPlace;
  private final NavigableMap<Long, Details> wanted = new TreeMap<>();
  private final Set<Long> sizes = new HashSet<>();

  /** By folder; a lost connection does not undo it. */
  private final Map<String, UidSet> found = new TreeMap<>();

  private final Set<String> done = new HashSet<>();
  private final List<Fingerprint> copies = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();

  /** Where a copy is. */
  private record Place(String folder, long uid) {}

  SecondCopies(MailboxSession session, FolderLedger ledger) {
    this.session = session;
    this.folders = KnownFolders.of(session);
    this.ledger = ledger;
    this.sentAgain = ledger.journal().sentAgain();
    this.firstInPlace = ledger.journal().firstOfSentAgain();
  }

  /** A message that is recorded as copied, and its size at either side. */
  void recorded(long uid, long size) {
    if (sentAgain.contains(uid) && wanted.size() < MOST_WANTED) {
      Details details = wanted.computeIfAbsent(uid, ledger::details);
      if (details != null) {
        sizes.addAll(StoredForms.of(ledger).sizes(details.fingerprint(), size));
      }
    }
  }

  /** Whether there is something to look for. */
  boolean isOpen() {
    return !wanted.isEmpty();
  }

  /**
   * Looks.
   *
   * @param known UIDs of second copies that were found before in the folder of the ledger
   * @return UIDs by folder
   */
  Map<String, UidSet> find(UidSet known) {
    for (ListedFolder folder : folders.destination().folders()) {
      String name = folder.name().text();
      if (folder.selectable() && !done.contains(name)) {
        OtherFolders.of(session).look(session, folder.name(), () -> look(folder, known));
        done.add(name);
      }
    }
    leaveToOthers();
    for (Place place : places) {
      found.computeIfAbsent(place.folder(), name -> new UidSet()).add(place.uid());
    }
    places.clear();
    copies.clear();
    return found;
  }

  private void look(ListedFolder folder, UidSet known) {
    String name = folder.name().text();
    Where place = Where.folder(name);
    SelectedFolder opened = session.examine(Side.DESTINATION, place, folder.name());
    long uidValidity = opened.status().uidValidity();
    boolean inPlace = Listing.isNamed(ledger.pair().destinationFolder(), name);
    long first = folders.firstSinceNotFound(ledger, name, uidValidity);
    if (inPlace && uidValidity == ledger.pair().destinationUidValidity()) {
      first = Math.min(first, firstInPlace);
    }
    long next = opened.status().uidNext();
    if (opened.status().messages() == 0
        || !NumbersByUid.isUid(first)
        || (next > 0 && next <= first)) {
      return;
    }
    UidSet candidates = new UidSet();
    long from = first;
    session.in(
        Side.DESTINATION,
        place,
        opened,
        connection -> {
          connection.read(
              from + ":*",
              MessageTable.ITEMS,
              ContentStore.NONE,
              message -> {
                if (message.uid() >= from
                    && sizes.contains(message.announcedSize())
                    && candidates.count() < MOST) {
                  candidates.add(message.uid());
                }
              });
          return candidates;
        });
    candidates.removeAll(folders.copiesIn(name, uidValidity));
    candidates.removeAll(FiledCopies.of(session).in(name));
    if (inPlace) {
      candidates.removeAll(known);
    }
    if (!candidates.isEmpty()) {
      session.in(
          Side.DESTINATION, place, opened, connection -> match(connection, name, candidates));
    }
  }

  private UidSet match(ImapConnection connection, String folder, UidSet candidates) {
    List<Long> uids = new ArrayList<>();
    candidates.forEach(uids::add);
    Map<Fingerprint, Details> stored = new HashMap<>();
    StoredForms forms = StoredForms.of(ledger);
    wanted
        .values()
        .forEach(
            details -> forms.of(details.fingerprint()).forEach(form -> stored.put(form, details)));
    NavigableMap<Long, Fingerprint> there = Digests.messages(connection, uids);
    there.values().retainAll(stored.keySet());
    Map<Long, Set<String>> flags =
        there.isEmpty() ? Map.of() : BothFolders.flags(connection, there.keySet());
    there.forEach(
        (uid, fingerprint) -> {
          Details details = Objects.requireNonNull(stored.get(fingerprint));
          if (Untouched.hasNoFlagOfTheUsers(flags.getOrDefault(uid, Set.of()), details)) {
            places.add(new Place(folder, uid));
            copies.add(details.fingerprint());
          }
        });
    return candidates;
  }

  /** What was found may be the copy of a message that the user has moved, or that was filed. */
  private void leaveToOthers() {
    if (copies.isEmpty()) {
      return;
    }
    for (OtherCopies.Other other : OtherCopies.of(session, new HashSet<>(copies), true)) {
      int taken = copies.indexOf(other.fingerprint());
      if (taken >= 0) {
        copies.remove(taken);
        places.remove(taken);
      }
    }
  }
}
