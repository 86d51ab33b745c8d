package org.mailcaravan.sync.verify;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderJournal.Doubt;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Stamp;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.Listing;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * What the new server has more often than it should: doubled in the folder of a pair, or in any
 * folder a second copy of what was sent again. For one thread.
 */
final class SurplusCopies {
  private final @Nullable DoubledCopies doubled;
  private @Nullable SecondCopies second;

  /**
   * @param destination may not be there, or have new UIDs: nothing is told of what is doubled then
   */
  SurplusCopies(
      MailboxSession session,
      Where place,
      FolderLedger ledger,
      DestinationReading destination,
      EarlierComparison earlier) {
    SelectedFolder folder = destination.folder();
    this.doubled =
        folder != null && destination.hasKnownUids()
            ? new DoubledCopies(
                session, place, ledger, folder, firstOfCopies(session, ledger, folder, earlier))
            : null;
    this.second = ledger.journal().sentAgain().isEmpty() ? null : new SecondCopies(session, ledger);
  }

  /**
   * The lowest UID of a copy that may be there twice, as far as that was not found out before; what
   * was there twice may be there once by now. What came between the passes was put there by others.
   */
  private static long firstOfCopies(
      MailboxSession session,
      FolderLedger ledger,
      SelectedFolder folder,
      EarlierComparison earlier) {
    if (earlier.hadSurplus()) {
      return lowestOfCopies(ledger);
    }
    Stamp stamp = earlier.destination();
    long first =
        Math.max(
            stamp == null ? lowestOfCopies(ledger) : stamp.uidNext(),
            KnownFolders.of(session)
                .firstSincePassBegan(folder.name().text(), folder.status().uidValidity()));
    // What is shown late may have the UID that it got when it was stored.
    Doubt doubt = ledger.journal().doubt();
    return doubt.isEmpty() ? first : Math.min(first, doubt.destinationUidNext());
  }

  private static long lowestOfCopies(FolderLedger ledger) {
    long[] first = {Long.MAX_VALUE};
    ledger.forEach(
        (uid, place) -> {
          if (place.standing() == Standing.COPIED && place.destinationUid() > 0) {
            first[0] = Math.min(first[0], place.destinationUid());
          }
        });
    return first[0];
  }

  /** A message is recorded as copied; with its size at either side. */
  void recorded(long uid, long size) {
    SecondCopies late = second;
    if (late != null) {
      late.recorded(uid, size);
    }
  }

  /** A message that we copied is where it was put. */
  void inPlace(long uid, long copyUid, long size, long date) {
    if (doubled != null) {
      doubled.inPlace(uid, copyUid, size, date);
    }
  }

  /**
   * Looks which messages of the folder may be one too many.
   *
   * @param all what is in the folder; null where it was not read as a whole
   */
  void look(@Nullable MessageTable all) {
    if (doubled != null && all != null) {
      doubled.look(all);
    } else if (doubled != null) {
      doubled.look();
    }
  }

  /** Whether there is something to look into. */
  boolean isOpen() {
    SecondCopies late = second;
    return (doubled != null && doubled.isOpen()) || (late != null && late.isOpen());
  }

  /**
   * Finds out what is there more than once, and counts it.
   *
   * @param missing of all folders, some of which were found
   */
  void count(List<MissingMessages> missing, FolderAccounting accounting) {
    if (doubled != null && doubled.isOpen()) {
      for (MissingMessages folder : missing) {
        folder.forEachFound(
            (name, uids) -> {
              if (Listing.isNamed(name, doubled.folder())) {
                uids.forEach(doubled::found);
              }
            });
      }
      accounting.doubled(doubled.count());
    }
    SecondCopies late = second;
    if (late != null && late.isOpen()) {
      late.find(doubled == null ? new UidSet() : doubled.found()).forEach(accounting::secondCopies);
      second = null;
    }
  }
}
