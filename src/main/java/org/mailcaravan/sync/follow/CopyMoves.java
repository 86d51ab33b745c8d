package org.mailcaravan.sync.follow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
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
import org.mailcaravan.store.MoveJournal.Move;
import org.mailcaravan.store.Place;
import org.mailcaravan.sync.copy.ConfirmAppends;
import org.mailcaravan.sync.copy.FolderLook;
import org.mailcaravan.sync.copy.OpenDestination;
import org.mailcaravan.sync.folders.RecordedFolder;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.NumbersByUid;
import org.mailcaravan.sync.messages.Untouched;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Moves the copies of messages at the destination, as these moved at the source. A copy that the
 * user moved, deleted or flagged stays as it is. For one thread.
 */
final class CopyMoves {
  /** How many messages a journal entry and a MOVE hold. */
  private static final int STEP = 500;

  private final Ledger ledger;
  private final MoveRecords records;
  private final OpenDestination destinations;
  private final MailboxSession session;

  CopyMoves(Ledger ledger, OpenDestination destinations, MailboxSession session) {
    this.ledger = ledger;
    this.records = new MoveRecords(ledger);
    this.destinations = destinations;
    this.session = session;
  }

  /**
   * Moves copies, and records where they are.
   *
   * @param newUids the UIDs of the messages at the source, by those that they had
   * @throws NeedsAttention when the folder cannot be made or opened
   */
  void move(FolderLedger from, FolderLook to, NumbersByUid newUids) {
    UidSet arriving = new UidSet();
    newUids.forEach((uid, newUid) -> arriving.add(newUid));
    SelectedFolder target = destinations.open(session, to, arriving);
    NavigableMap<Long, Long> step = new TreeMap<>();
    newUids.forEach(
        (uid, newUid) -> {
          step.put(uid, newUid);
          if (step.size() == STEP) {
            moveStep(from, to, target, step);
            step.clear();
          }
        });
    if (!step.isEmpty()) {
      moveStep(from, to, target, step);
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

  private void moveStep(
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
      ledger.moves().begin(move);
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
                    Place.of(
                        destinationUids.getOrDefault(uid, 0L), MoveRecords.standing(from, uid)),
                    from.details(uid),
                    to.emailIds().get(newUid))));
    records.record(from, into, newUids.keySet(), entries, move);
    to.recorded(newUids.values());
  }
}
