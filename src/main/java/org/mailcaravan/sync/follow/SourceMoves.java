package org.mailcaravan.sync.follow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.store.Ledger.Move;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.copy.ConfirmAppends;
import org.mailcaravan.sync.copy.FolderLook;
import org.mailcaravan.sync.copy.OpenDestination;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.RecordedFolder;
import org.mailcaravan.sync.folders.SourceKind;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.KnownMatch;
import org.mailcaravan.sync.messages.NumbersByUid;
import org.mailcaravan.sync.messages.Untouched;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Follows messages that moved between folders at the source: the untouched copy is moved at the
 * destination. A copy that the user moved, deleted or flagged stays as it is. Neither is copied a
 * second time.
 */
final class SourceMoves {
  /** How many messages a journal entry and a MOVE hold. */
  private static final int STEP = 500;

  private final Ledger ledger;
  private final OpenDestination destinations;
  private final MailboxSession session;

  SourceMoves(Ledger ledger, OpenDestination destinations, MailboxSession session) {
    this.ledger = ledger;
    this.destinations = destinations;
    this.session = session;
  }

  /** What has left one folder and was found in another: the new UIDs by the old ones. */
  private static final class Moves {
    final Map<FolderLedger, Map<FolderLook, NumbersByUid>> all = new LinkedHashMap<>();
    private final Map<FolderLedger, UidSet> from = new HashMap<>();
    private final Map<FolderLook, UidSet> into = new HashMap<>();

    void put(FolderLedger left, long uid, FolderLook to, long newUid) {
      all.computeIfAbsent(left, folder -> new LinkedHashMap<>())
          .computeIfAbsent(to, look -> new NumbersByUid())
          .put(uid, newUid);
      from.computeIfAbsent(left, folder -> new UidSet()).add(uid);
      into.computeIfAbsent(to, look -> new UidSet()).add(newUid);
    }

    boolean hasLeft(FolderLedger folder, long uid) {
      UidSet uids = from.get(folder);
      return uids != null && uids.contains(uid);
    }

    boolean hasArrived(FolderLook look, long uid) {
      UidSet uids = into.get(look);
      return uids != null && uids.contains(uid);
    }
  }

  /** A message that has left a folder. */
  private record Left(FolderLedger folder, long uid) {}

  /**
   * Follows what has left one folder and is in another.
   *
   * @param left source UIDs of what has left, by the ledger that knows them; those that are
   *     accounted for are removed
   * @param looks at all folders of the plan, in its order
   */
  void follow(Map<FolderLedger, UidSet> left, List<FolderLook> looks) {
    Moves moves = new Moves();
    findByEmailId(left, looks, moves);
    findByContent(left, looks, moves);
    moves.all.forEach(
        (from, targets) ->
            targets.forEach(
                (to, newUids) -> {
                  carryOrLeave(from, to, newUids);
                  UidSet still = Objects.requireNonNull(left.get(from));
                  newUids.forEach((uid, newUid) -> still.remove(uid));
                }));
  }

  private void findByEmailId(Map<FolderLedger, UidSet> left, List<FolderLook> looks, Moves moves) {
    Map<String, Left> byId = new HashMap<>();
    left.forEach(
        (folder, uids) ->
            folder.forEachEmailId(
                uids,
                (uid, id) -> {
                  Place place = folder.place(uid);
                  if (place != null && place.standing() != Standing.ELSEWHERE) {
                    byId.putIfAbsent(id, new Left(folder, uid));
                  }
                }));
    if (byId.isEmpty()) {
      return;
    }
    for (FolderLook look : looks) {
      Map<Long, String> ids = otherLabels(look, byId.keySet());
      look.emailIds()
          .forEach(
              (uid, id) -> {
                if (byId.containsKey(id) && look.fresh().contains(uid)) {
                  ids.put(uid, id);
                }
              });
      ids.forEach(
          (uid, id) -> {
            Left found = byId.remove(id);
            if (found != null) {
              moves.put(found.folder(), found.uid(), look, uid);
            }
          });
    }
  }

  /** Messages of the folder that were copied from another label, which they have lost. */
  private Map<Long, String> otherLabels(FolderLook look, Set<String> emailIds) {
    FolderLedger recorded = look.ledger();
    Map<Long, String> labels = new TreeMap<>();
    if (recorded != null && KnownFolders.of(session).source().kind() == SourceKind.GMAIL) {
      UidSet elsewhere = new UidSet();
      recorded.forEach(
          (uid, place) -> {
            if (!place.gone()
                && !look.vanished().contains(uid)
                && place.standing() == Standing.ELSEWHERE) {
              elsewhere.add(uid);
            }
          });
      recorded.forEachEmailId(
          elsewhere,
          (uid, id) -> {
            if (emailIds.contains(id)) {
              labels.put(uid, id);
            }
          });
    }
    return labels;
  }

  private void findByContent(Map<FolderLedger, UidSet> left, List<FolderLook> looks, Moves moves) {
    if (looks.stream().allMatch(look -> look.fresh().isEmpty())) {
      // What was deleted may be millions, and is in no other folder then.
      return;
    }
    // The key is the number of the folder and the UID.
    List<FolderLedger> folders = List.copyOf(left.keySet());
    KnownMatch match =
        new KnownMatch(
            KnownMatch.How.SAME_MESSAGE,
            key -> folders.get((int) (key >>> Integer.SIZE)).fingerprint(uid(key)));
    match.expect(left.values().stream().mapToLong(UidSet::count).sum());
    for (int number = 0; number < folders.size(); number++) {
      FolderLedger folder = folders.get(number);
      long first = (long) number << Integer.SIZE;
      Objects.requireNonNull(left.get(folder))
          .forEach(
              uid -> {
                Place place = folder.place(uid);
                Fingerprint fingerprint = folder.fingerprint(uid);
                if (fingerprint != null
                    && place != null
                    && place.standing() != Standing.ELSEWHERE
                    && !moves.hasLeft(folder, uid)) {
                  match.add(first | uid, fingerprint);
                }
              });
    }
    for (FolderLook look : looks) {
      UidSet fresh = new UidSet();
      look.fresh().uids().filter(uid -> !moves.hasArrived(look, uid)).forEach(fresh::add);
      if (!match.isEmpty() && !fresh.isEmpty()) {
        session.in(
            Side.SOURCE,
            look.place(),
            look.source(),
            connection -> {
              match.find(
                  connection,
                  fresh,
                  (uid, key, fingerprint) ->
                      moves.put(folders.get((int) (key >>> Integer.SIZE)), uid(key), look, uid));
              return moves;
            });
      }
    }
  }

  private static long uid(long key) {
    return key & NumbersByUid.MOST;
  }

  /**
   * A destination folder that cannot be made or opened does not stop the others. What was to move
   * there stays where it is, is not copied a second time, and is looked at again by the next pass.
   */
  private void carryOrLeave(FolderLedger from, FolderLook to, NumbersByUid newUids) {
    try {
      carryInSteps(from, to, newUids);
    } catch (NeedsAttention e) {
      session.failed(e);
      session.tally().problem(e.problem());
      newUids.forEach((uid, newUid) -> to.fresh().remove(newUid));
      to.incomplete();
    }
  }

  private void carryInSteps(FolderLedger from, FolderLook to, NumbersByUid newUids) {
    UidSet arriving = new UidSet();
    newUids.forEach((uid, newUid) -> arriving.add(newUid));
    SelectedFolder target = destinations.open(session, to, arriving);
    NavigableMap<Long, Long> step = new TreeMap<>();
    newUids.forEach(
        (uid, newUid) -> {
          step.put(uid, newUid);
          if (step.size() == STEP) {
            carry(from, to, target, step);
            step.clear();
          }
        });
    if (!step.isEmpty()) {
      carry(from, to, target, step);
    }
  }

  /** A message may have been flagged and moved; a first look does not read flags. */
  private void readFlags(FolderLook look, Collection<Long> uids) {
    if (!look.isUnchanged() && !look.flags().containsAll(uids)) {
      session
          .in(
              Side.SOURCE,
              look.place(),
              look.source(),
              connection -> BothFolders.toldFlags(connection, uids))
          .forEach(look.flags()::put);
    }
  }

  private void carry(
      FolderLedger from, FolderLook to, SelectedFolder target, NavigableMap<Long, Long> newUids) {
    readFlags(to, newUids.values());
    FolderLedger into = Objects.requireNonNull(to.ledger());
    Optional<SelectedFolder> origin = RecordedFolder.open(session, to.place(), from);
    NavigableMap<Long, Long> copies =
        Untouched.copies(session, to.place(), from, origin, newUids.keySet());
    if (origin.isPresent() && origin.get().name().equals(target.name())) {
      record(from, into, to, newUids, copies, null);
      return;
    }
    NavigableMap<Long, Long> arrived = new TreeMap<>();
    Move move = null;
    if (origin.isPresent() && !copies.isEmpty()) {
      long uidNext =
          session.on(
              Side.DESTINATION,
              to.place(),
              connection -> connection.status(target.name()).uidNext());
      NavigableMap<Long, Long> moving = new TreeMap<>(newUids);
      moving.keySet().retainAll(copies.keySet());
      move = new Move(from.id(), into.id(), moving, Math.max(1, uidNext));
      ledger.begin(move);
      arrived = move(to, origin.get(), target, copies);
      arrived.putAll(found(move, from, into, target, to.place(), arrived, copies.keySet()));
    }
    record(from, into, to, newUids, arrived, move);
    session.tally().moved(arrived.size());
  }

  /** Destination UIDs, 0 where the server did not tell, by the old source UIDs. */
  private NavigableMap<Long, Long> move(
      FolderLook to,
      SelectedFolder origin,
      SelectedFolder target,
      NavigableMap<Long, Long> copies) {
    NavigableMap<Long, Long> arrived = new TreeMap<>();
    try {
      if (!session.on(Side.DESTINATION, to.place(), ImapConnection::canMove)) {
        stays(target, origin);
        return arrived;
      }
      NavigableMap<Long, Long> moved =
          session.in(
              Side.DESTINATION,
              to.place(),
              origin,
              connection -> connection.move(copies.values(), target.name()));
      copies.forEach(
          (uid, copy) -> {
            Long now = moved.get(copy);
            if (now != null) {
              arrived.put(uid, now);
            }
          });
    } catch (NeedsAttention e) {
      if (!(e.getCause() instanceof CommandRefused)) {
        throw e;
      }
      stays(target, origin);
    }
    return arrived;
  }

  private void stays(SelectedFolder target, SelectedFolder origin) {
    session
        .tally()
        .note(
            "The new server did not move messages to "
                + target.name()
                + " as the old provider did; they stay in "
                + origin.name()
                + ".");
  }

  /** Where the server did not tell it: destination UIDs of the copies by old source UID. */
  private NavigableMap<Long, Long> found(
      Move move,
      FolderLedger from,
      FolderLedger into,
      SelectedFolder target,
      Where place,
      NavigableMap<Long, Long> arrived,
      Collection<Long> moving) {
    NavigableMap<Long, Fingerprint> unknown = new TreeMap<>();
    for (long uid : moving) {
      Details details = from.details(uid);
      if (arrived.getOrDefault(uid, -1L) == 0 && details != null) {
        unknown.put(uid, details.fingerprint());
      }
    }
    if (unknown.isEmpty()) {
      return new TreeMap<>();
    }
    SelectedFolder opened = session.open(Side.DESTINATION, place, target.name());
    return new ConfirmAppends(session, place)
        .find(into, opened, unknown, move.destinationUidNext());
  }

  private void record(
      FolderLedger from,
      FolderLedger into,
      FolderLook to,
      NavigableMap<Long, Long> newUids,
      NavigableMap<Long, Long> destinationUids,
      @Nullable Move move) {
    List<Entry> entries = new ArrayList<>();
    newUids.forEach(
        (uid, newUid) ->
            entries.add(
                new Entry(
                    newUid,
                    Place.of(destinationUids.getOrDefault(uid, 0L), standing(from, uid)),
                    from.details(uid),
                    to.emailIds().get(newUid))));
    record(from, into, newUids.keySet(), entries, move);
    to.fresh().removeAll(newUids.values());
  }

  private static Standing standing(FolderLedger from, long uid) {
    Place place = from.place(uid);
    return place == null ? Standing.COPIED : place.standing();
  }

  private void record(
      FolderLedger from,
      FolderLedger into,
      Collection<Long> uids,
      List<Entry> entries,
      @Nullable Move move) {
    ledger.together(
        () -> {
          into.put(entries);
          List<Long> leaving = new ArrayList<>(uids);
          if (from == into) {
            entries.forEach(entry -> leaving.remove(entry.sourceUid()));
          }
          from.remove(leaving);
          if (move != null) {
            ledger.end(move);
          }
        });
  }

  /** Finds out what became of moves that the end of a pass cut off. */
  void recover() {
    for (Move move : ledger.cutOffMoves(session.accountPair())) {
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
                Place.of(arrived.getOrDefault(uid, 0L), standing(from, uid)),
                from.details(uid),
                emailIds.get(uid)));
      }
      record(from, into, wanted.keySet(), entries, move);
      session.tally().moved(arrived.size());
    }
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
