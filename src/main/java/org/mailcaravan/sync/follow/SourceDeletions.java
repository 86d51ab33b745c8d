package org.mailcaravan.sync.follow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.PassRules;
import org.mailcaravan.sync.folders.RecordedFolder;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.Keywords;
import org.mailcaravan.sync.messages.Untouched;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Records which messages were deleted at the source, and removes their copies where that was asked
 * for: only before the cutover, which may be seen while a pass runs, and only copies that we
 * appended and the user has left alone.
 */
final class SourceDeletions {
  private static final Set<String> DELETED = Set.of("\\Deleted");

  /** How many copies are removed at once. */
  private static final int STEP = 1_000;

  private final Ledger ledger;
  private final MailboxSession session;
  private final boolean mirror;

  SourceDeletions(Ledger ledger, MailboxSession session, boolean mirror) {
    this.ledger = ledger;
    this.session = session;
    this.mirror = mirror;
  }

  /**
   * Records the deletions of a folder.
   *
   * @param left source UIDs of messages that have left their folder and are in no other
   */
  void note(Map<FolderLedger, UidSet> left) {
    long deleted = 0;
    for (Map.Entry<FolderLedger, UidSet> entry : left.entrySet()) {
      FolderLedger folder = entry.getKey();
      UidSet labels = new UidSet();
      UidSet gone = new UidSet();
      entry
          .getValue()
          .forEach(
              uid -> {
                Place place = folder.place(uid);
                if (place != null && place.standing() == Standing.OTHER_LABEL) {
                  labels.add(uid);
                } else if (place != null && !place.gone()) {
                  gone.add(uid);
                }
              });
      folder.remove(labels);
      folder.recordLeft(gone);
      deleted += gone.count();
    }
    session.tally().deletedAtSource(deleted, !PassRules.of(session).leaveOut().isEmpty());
  }

  /** Removes the copies of all that was deleted at the source, in this pass or before. */
  void mirror() {
    if (!mirror) {
      return;
    }
    for (FolderLedger folder : KnownFolders.of(session).ledgers()) {
      if (folder.pair().isReplaced()) {
        // What is missing was not seen to be deleted.
        continue;
      }
      UidSet gone = new UidSet();
      folder.forEach(
          (uid, place) -> {
            if (place.gone() && place.standing() == Standing.COPIED && place.destinationUid() > 0) {
              gone.add(uid);
            }
          });
      List<Long> step = new ArrayList<>();
      boolean can = true;
      for (long uid = gone.next(1); uid > 0 && can; uid = gone.next(uid + 1)) {
        step.add(uid);
        if (step.size() == STEP) {
          can = mirror(folder, step);
          step.clear();
        }
      }
      if (!step.isEmpty() && can) {
        mirror(folder, step);
      }
    }
  }

  /** Removes some copies; whether it is of use to go on with others. */
  private boolean mirror(FolderLedger folder, List<Long> gone) {
    if (!ledger.isBeforeCutover(session.mailbox().id())) {
      return false;
    }
    Where name = Where.folder(folder.pair().destinationFolder());
    Optional<SelectedFolder> destination = RecordedFolder.open(session, name, folder);
    NavigableMap<Long, Long> copies = Untouched.copies(session, name, folder, destination, gone);
    if (destination.isEmpty() || copies.isEmpty()) {
      return destination.isPresent();
    }
    boolean can = session.on(Side.DESTINATION, name, ImapConnection::canExpunge);
    if (!can) {
      session
          .tally()
          .note(
              "The new server cannot delete single messages (UIDPLUS), so deletions at the old provider are not"
                  + " mirrored.");
      return false;
    }
    folder.journal().beginRemoval(copies.keySet());
    try {
      session.in(
          Side.DESTINATION,
          name,
          destination.get(),
          connection -> {
            // What the user changes in this very moment is refused, and stays.
            UidSet changed =
                connection.store(
                    copies.values(), true, DELETED, destination.get().status().highestModSeq());
            copies.values().removeIf(changed::contains);
            connection.expunge(copies.values());
            return true;
          });
    } catch (NeedsAttention e) {
      if (!(e.getCause() instanceof CommandRefused)) {
        throw e;
      }
      session
          .tally()
          .note(
              "The new server refused to delete messages in "
                  + name
                  + " that were deleted at the old provider; they stay.");
      recover(folder);
      return false;
    }
    // Neither side has them; one that comes back to the source is copied like any new one.
    folder.recordRemoved(copies.keySet());
    session.tally().mirrored(copies.size());
    return true;
  }

  /**
   * Recovers what was cut off while copies were being removed: those that are gone are forgotten,
   * and those that are only marked are as they were again, for {@link #mirror} to decide again.
   */
  void recover() {
    for (FolderLedger folder : KnownFolders.of(session).ledgers()) {
      try {
        recover(folder);
      } catch (NeedsAttention e) {
        session.failed(e);
        session.tally().problem(e.problem());
      }
    }
  }

  private void recover(FolderLedger folder) {
    Set<Long> removed = folder.journal().removal();
    if (removed.isEmpty()) {
      return;
    }
    Where name = Where.folder(folder.pair().destinationFolder());
    boolean listed =
        KnownFolders.of(session).destination().find(folder.pair().destinationFolder()).isPresent();
    Optional<SelectedFolder> destination = RecordedFolder.open(session, name, folder);
    if (listed && destination.isEmpty()) {
      // It could not be followed; what is in it is not known.
      return;
    }
    if (destination.isPresent()) {
      Map<Long, Long> copies = folder.copies(removed);
      session.in(
          Side.DESTINATION,
          name,
          destination.get(),
          connection -> {
            Map<Long, Set<String>> flags = BothFolders.flags(connection, copies.values());
            copies.values().retainAll(flags.keySet());
            List<Long> marked = new ArrayList<>();
            copies.forEach(
                (uid, copy) -> {
                  Details written = folder.details(uid);
                  boolean ours = written == null || !Keywords.has(written.flags(), "\\Deleted");
                  if (ours && Keywords.has(flags.getOrDefault(copy, Set.of()), "\\Deleted")) {
                    marked.add(copy);
                  }
                });
            if (!marked.isEmpty()) {
              connection.store(marked, false, DELETED, -1);
            }
            return true;
          });
      removed.removeAll(copies.keySet());
    }
    folder.recordRemoved(removed);
    session.tally().mirrored(removed.size());
  }
}
