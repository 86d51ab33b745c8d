package org.mailcaravan.sync.follow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.store.MoveJournal.Move;
import org.mailcaravan.store.Place;
import org.mailcaravan.sync.copy.ConfirmAppends;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.RecordedFolder;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Finds out what became of moves of copies that the end of a pass cut off: each message is recorded
 * where its copy is. For one thread.
 */
final class CutOffMoves {
  private final Ledger ledger;
  private final MoveRecords records;
  private final MailboxSession session;

  CutOffMoves(Ledger ledger, MailboxSession session) {
    this.ledger = ledger;
    this.records = new MoveRecords(ledger);
    this.session = session;
  }

  /** Finds out; called again after a failure, it goes on where it was. */
  void recover() {
    ledger.moves().cutOff(session.accountPair()).forEach(this::recover);
  }

  private void recover(Move move) {
    FolderLedger from = byId(move.fromId());
    FolderLedger into = byId(move.toId());
    Where place = Where.folder(FolderName.ofWire(into.pair().sourceFolder()));
    NavigableMap<Long, Long> copies = new TreeMap<>();
    NavigableMap<Long, Fingerprint> wanted = new TreeMap<>();
    for (long uid : move.newSourceUids().keySet()) {
      Place known = from.place(uid);
      Details details = from.details(uid);
      if (known != null && details != null) {
        wanted.put(uid, details.fingerprint());
        if (known.destinationUid() > 0) {
          copies.put(uid, known.destinationUid());
        }
      }
    }
    boolean atOnce = session.on(Side.DESTINATION, place, ImapConnection::movesAtOnce);
    if (atOnce) {
      wanted.keySet().removeAll(stillThere(place, from, copies).keySet());
    }
    NavigableMap<Long, Long> arrived =
        RecordedFolder.open(session, place, into)
            .map(
                target ->
                    new ConfirmAppends(session, place)
                        .find(into, target, wanted, move.destinationUidNext()))
            .orElseGet(TreeMap::new);
    if (!atOnce) {
      NavigableMap<Long, Long> still = stillThere(place, from, copies);
      wanted.keySet().removeIf(uid -> still.containsKey(uid) && !arrived.containsKey(uid));
      still.keySet().retainAll(arrived.keySet());
      expunge(place, from, still.values());
    }
    Map<Long, String> emailIds = from.emailIds(wanted.keySet());
    List<Entry> entries = new ArrayList<>();
    for (long uid : wanted.keySet()) {
      entries.add(
          new Entry(
              Objects.requireNonNull(move.newSourceUids().get(uid)),
              Place.of(arrived.getOrDefault(uid, 0L), MoveRecords.standing(from, uid)),
              from.details(uid),
              emailIds.get(uid)));
    }
    records.record(from, into, wanted.keySet(), entries, move);
    session.tally().moved(arrived.size());
  }

  private FolderLedger byId(String id) {
    return KnownFolders.of(session).ledgers().stream()
        .filter(folder -> folder.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** Those of the copies that are still in the folder that they were to leave. */
  private NavigableMap<Long, Long> stillThere(
      Where place, FolderLedger from, NavigableMap<Long, Long> copies) {
    NavigableMap<Long, Long> still = new TreeMap<>();
    Optional<SelectedFolder> origin = RecordedFolder.open(session, place, from);
    if (origin.isPresent() && !copies.isEmpty()) {
      still.putAll(copies);
      Set<Long> there =
          session.in(
              Side.DESTINATION,
              place,
              origin.get(),
              connection -> BothFolders.flags(connection, copies.values()).keySet());
      still.values().retainAll(there);
    }
    return still;
  }

  /** The second half of a move that is COPY and EXPUNGE. */
  private void expunge(Where place, FolderLedger from, Collection<Long> copies) {
    Optional<SelectedFolder> origin =
        copies.isEmpty() ? Optional.empty() : RecordedFolder.open(session, place, from);
    if (origin.isPresent()) {
      session.in(
          Side.DESTINATION,
          place,
          origin.get(),
          connection -> {
            connection.expunge(copies);
            return true;
          });
    }
  }
}
