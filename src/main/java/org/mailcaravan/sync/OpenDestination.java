package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.store.Ledger.FolderPair;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;

/**
 * Opens the destination folder of a source folder, after making it where it is missing, and keeps
 * the ledger in line with it: what it holds already is recognised. Thread-safe.
 */
final class OpenDestination {
  private final Ledger ledger;

  OpenDestination(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Opens; the look has a ledger then. */
  SelectedFolder open(MailboxSession session, FolderLook look) {
    return open(session, look, Set.of());
  }

  /**
   * As {@link #open(MailboxSession, FolderLook)}.
   *
   * @param accounted source UIDs that need not be recognised
   */
  SelectedFolder open(MailboxSession session, FolderLook look, Set<Long> accounted) {
    FolderMapping mapping = look.plan().mapping();
    FolderLedger recorded = look.ledger();
    Optional<ListedFolder> listed =
        session
            .folders()
            .destination()
            .find(recorded == null ? mapping.destination() : recorded.pair().destinationFolder());
    // Once copied, a folder stays subscribed or not as the user left it.
    FolderName name =
        recorded != null && listed.isPresent()
            ? listed.get().name()
            : session.readyFolders().ready(session, look.place(), mapping);
    SelectedFolder destination = session.readyFolders().open(session, look.place(), name);
    if (recorded == null) {
      begin(session, look, destination, accounted);
    } else {
      follow(session, look.place(), recorded, destination);
    }
    return destination;
  }

  private void begin(
      MailboxSession session, FolderLook look, SelectedFolder destination, Set<Long> accounted) {
    SelectedFolder source = look.source();
    FolderPair pair =
        new FolderPair(
            session.accountPair(),
            source.name().wire(),
            destination.name().text(),
            source.status().uidValidity(),
            destination.status().uidValidity(),
            source.status().mailboxId(),
            false);
    List<Entry> entries = GmailLabels.copiedFromAnother(ledger, session, look);
    Set<Long> known = new HashSet<>(accounted);
    entries.removeIf(entry -> !known.add(entry.sourceUid()));
    entries.addAll(alreadyThere(session, look, destination, known));
    FolderLedger made = ledger.create(pair, entries);
    look.ledger(made);
    session.folders().add(made);
  }

  private static Collection<Entry> alreadyThere(
      MailboxSession session, FolderLook look, SelectedFolder destination, Set<Long> accounted) {
    if (destination.status().messages() == 0 || session.folders().isRecognised()) {
      return List.of();
    }
    NavigableMap<Long, Long> wanted = look.fresh().toMap();
    wanted.keySet().removeAll(accounted);
    BothFolders folders = new BothFolders(session, look.place(), look.source(), destination);
    NavigableMap<Long, Long> there =
        folders.in(
            Side.DESTINATION,
            connection ->
                SeenMessages.all(connection, destination, EnumSet.of(FetchItem.SIZE))
                    .sizes()
                    .toMap());
    return entries(
        folders, new ContentMatch(wanted, there).find(folders), look.emailIds(), destination);
  }

  /** With the flags of both sides: where these differ, the destination's stay. */
  private static List<Entry> entries(
      BothFolders folders,
      NavigableMap<Long, ContentMatch.Match> matches,
      Map<Long, String> emailIds,
      SelectedFolder destination) {
    List<Long> destinationUids =
        matches.values().stream().map(ContentMatch.Match::destinationUid).toList();
    Map<Long, Set<String>> there = folders.flags(Side.DESTINATION, destinationUids);
    Map<Long, Set<String>> here = folders.flags(Side.SOURCE, matches.keySet());
    List<Entry> entries = new ArrayList<>();
    matches.forEach(
        (uid, match) -> {
          Set<String> flags = here.getOrDefault(uid, Set.of());
          Set<String> differing =
              Keywords.differing(
                  Keywords.permitted(flags, destination.permanentFlags()),
                  there.getOrDefault(match.destinationUid(), Set.of()));
          entries.add(
              new Entry(
                  uid,
                  Place.of(match.destinationUid(), Standing.FOUND),
                  new Details(flags, differing, match.fingerprint()),
                  emailIds.get(uid)));
        });
    return entries;
  }

  /** The user may have renamed or replaced the folder, or the server dealt its UIDs anew. */
  static void follow(
      MailboxSession session, String place, FolderLedger recorded, SelectedFolder destination) {
    FolderPair pair = recorded.pair();
    long uidValidity = destination.status().uidValidity();
    boolean sameUids = uidValidity > 0 && uidValidity == pair.destinationUidValidity();
    if (!sameUids) {
      recorded.putPlaces(placesNow(session, place, recorded, destination));
    }
    if (!sameUids || !destination.name().text().equals(pair.destinationFolder())) {
      recorded.become(pair.to(destination.name().text(), uidValidity));
    }
  }

  private static NavigableMap<Long, Place> placesNow(
      MailboxSession session, String place, FolderLedger recorded, SelectedFolder destination) {
    KnownMatch<Long> match = new KnownMatch<>(false);
    NavigableMap<Long, Place> places = new TreeMap<>();
    recorded.forEach(
        (uid, was) -> {
          places.put(uid, new Place(0, was.standing(), was.gone()));
          Details details = recorded.details(uid);
          if (details != null) {
            match.add(uid, details.fingerprint());
          }
        });
    if (destination.status().messages() > 0 && !match.isEmpty()) {
      session
          .in(
              Side.DESTINATION,
              place,
              destination,
              connection ->
                  match.find(
                      connection,
                      SeenMessages.all(connection, destination, EnumSet.of(FetchItem.SIZE))
                          .sizes()
                          .uids()
                          .boxed()
                          .toList()))
          .forEach(
              (destinationUid, found) ->
                  places.computeIfPresent(
                      found.key(),
                      (uid, was) -> new Place(destinationUid, was.standing(), was.gone())));
    }
    return places;
  }
}
