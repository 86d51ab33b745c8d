package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.FolderJournal;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.folders.RecordedFolder;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.Keywords;
import org.mailcaravan.sync.messages.KnownMatch;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.messages.StoredForms;
import org.mailcaravan.sync.messages.Untouched;
import org.mailcaravan.sync.session.MailboxSession;

/** Finds out what arrived in a destination folder when no answer said so. */
public final class ConfirmAppends {
  private final MailboxSession session;
  private final Where place;

  public ConfirmAppends(MailboxSession session, Where place) {
    this.session = session;
    this.place = place;
  }

  /**
   * Finds out what arrived of the batch that was cut off; the ledger has it then, and no open batch
   * any more.
   */
  void confirm(FolderLedger ledger) {
    if (ledger.journal().append().isPresent()) {
      RecordedFolder.open(session, place, ledger)
          .ifPresentOrElse(
              destination -> confirm(ledger, destination), () -> ledger.record(List.of()));
    }
  }

  /**
   * As {@link #confirm(FolderLedger)}, in the destination folder as it was opened.
   *
   * @return the source UIDs of what arrived
   */
  Set<Long> confirm(FolderLedger ledger, SelectedFolder destination) {
    FolderJournal.Append cutOff = ledger.journal().append().orElse(null);
    if (cutOff == null) {
      return Set.of();
    }
    Set<Long> arrived = arrived(ledger, destination, cutOff).keySet();
    ledger.recordConfirmed(List.of(), cutOff);
    return arrived;
  }

  /**
   * Finds out what arrived of a batch and records it; the batch stays open.
   *
   * @return destination UIDs by source UID
   */
  public NavigableMap<Long, Long> arrived(
      FolderLedger ledger, SelectedFolder destination, FolderJournal.Append cutOff) {
    NavigableMap<Long, Long> found =
        find(ledger, destination, open(ledger, cutOff), cutOff.destinationUidNext());
    if (cutOff.brokeOff()) {
      giveFlagsBack(destination, found, cutOff.details());
    }
    List<Entry> arrived = new ArrayList<>();
    found.forEach(
        (uid, destinationUid) ->
            arrived.add(
                new Entry(
                    uid,
                    Place.of(destinationUid, Standing.COPIED),
                    cutOff.details().get(uid),
                    null)));
    ledger.put(arrived);
    return found;
  }

  /** What of a batch is not recorded, or as something else that had come before. */
  public static NavigableMap<Long, Fingerprint> open(
      FolderLedger ledger, FolderJournal.Append cutOff) {
    NavigableMap<Long, Fingerprint> open = new TreeMap<>();
    cutOff
        .details()
        .forEach(
            (uid, details) -> {
              Fingerprint recorded = ledger.contains(uid) ? ledger.fingerprint(uid) : null;
              if (recorded == null
                  ? !ledger.contains(uid)
                  : !recorded.matches(details.fingerprint())) {
                open.put(uid, details.fingerprint());
              }
            });
    return open;
  }

  /**
   * A server that broke off may have kept messages and lost all their flags (Dovecot with mdbox,
   * which repairs its indexes from the messages). Where it kept one flag, they are as the user left
   * them.
   */
  private void giveFlagsBack(
      SelectedFolder destination, NavigableMap<Long, Long> found, Map<Long, Details> written) {
    session.in(
        Side.DESTINATION,
        place,
        destination,
        connection -> {
          Map<Long, Set<String>> now = BothFolders.flags(connection, found.values());
          Map<Set<String>, Set<Long>> lost = new HashMap<>();
          found.forEach(
              (uid, destinationUid) -> {
                Details details = written.get(uid);
                Set<String> flags = now.get(destinationUid);
                if (details != null
                    && flags != null
                    && Keywords.permitted(flags, destination.permanentFlags()).stream()
                        .allMatch(Untouched.SET_BY_SERVERS::contains)) {
                  lost.computeIfAbsent(
                          Keywords.permitted(details.flags(), destination.permanentFlags()),
                          key -> new TreeSet<>())
                      .add(destinationUid);
                }
              });
          try {
            lost.forEach((flags, uids) -> connection.store(uids, true, flags, -1));
          } catch (CommandRefused e) {
            session
                .tally()
                .note(
                    "The new server broke off, lost flags of some messages in %s, and refuses to set them again."
                        .formatted(place));
          }
          return lost;
        });
  }

  /**
   * Finds messages among the newest of a destination folder.
   *
   * @param wanted fingerprints by source UID
   * @param firstUid the lowest UID that they can have
   * @return destination UIDs by source UID
   */
  public NavigableMap<Long, Long> find(
      FolderLedger ledger,
      SelectedFolder destination,
      NavigableMap<Long, Fingerprint> wanted,
      long firstUid) {
    return find(ledger, destination, wanted, firstUid, new UidSet(), Likely.NONE);
  }

  /**
   * Which of several messages with the same content are ours: a letter may come by itself, too,
   * while it is copied.
   *
   * @param uids that the server told of ours
   * @param dates that they were written with, in seconds
   */
  record Likely(UidSet uids, Set<Long> dates) {
    static final Likely NONE = new Likely(new UidSet(), Set.of());
  }

  /**
   * As {@link #find(FolderLedger, SelectedFolder, NavigableMap, long)}.
   *
   * @param taken destination UIDs of other messages, which the ledger does not know yet
   * @param likely these come first
   */
  NavigableMap<Long, Long> find(
      FolderLedger ledger,
      SelectedFolder destination,
      NavigableMap<Long, Fingerprint> wanted,
      long firstUid,
      UidSet taken,
      Likely likely) {
    NavigableMap<Long, Long> found = new TreeMap<>();
    if (wanted.isEmpty()) {
      return found;
    }
    List<Long> uids = new ArrayList<>();
    List<Fingerprint> stored = new ArrayList<>();
    StoredForms forms = StoredForms.of(ledger);
    wanted.forEach(
        (uid, original) ->
            forms
                .of(original)
                .forEach(
                    form -> {
                      uids.add(uid);
                      stored.add(form);
                    }));
    KnownMatch match =
        new KnownMatch(KnownMatch.How.SAME_CONTENT, number -> stored.get((int) number));
    for (int number = 0; number < stored.size(); number++) {
      match.add(number, stored.get(number));
    }
    session.in(
        Side.DESTINATION,
        place,
        destination,
        connection -> {
          List<UidSet> inOrder = uidsFrom(connection, firstUid, likely);
          for (UidSet candidates : inOrder) {
            candidates.removeAll(ledger.destinationUids());
            candidates.removeAll(taken);
            match.find(
                connection,
                candidates,
                (destinationUid, key, fingerprint) ->
                    found.putIfAbsent(uids.get((int) key), destinationUid));
          }
          return found;
        });
    return found;
  }

  /** {@code 9:*} names the last message even when its UID is 7 (RFC 9051 section 9). */
  private static List<UidSet> uidsFrom(ImapConnection connection, long firstUid, Likely likely) {
    UidSet told = new UidSet();
    UidSet dated = new UidSet();
    UidSet others = new UidSet();
    connection.read(
        firstUid + ":*",
        likely.dates().isEmpty()
            ? EnumSet.of(FetchItem.FLAGS)
            : EnumSet.of(FetchItem.FLAGS, FetchItem.INTERNALDATE),
        ContentStore.NONE,
        message -> {
          if (message.uid() >= firstUid) {
            UidSet kind =
                likely.uids().contains(message.uid())
                    ? told
                    : likely.dates().contains(MessageTable.date(message)) ? dated : others;
            kind.add(message.uid());
          }
        });
    return List.of(told, dated, others);
  }
}
