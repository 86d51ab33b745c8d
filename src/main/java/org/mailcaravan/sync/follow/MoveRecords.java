package org.mailcaravan.sync.follow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.store.MoveJournal.Move;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;

/** Records in both ledgers that messages are in another source folder now. */
final class MoveRecords {
  private final Ledger ledger;

  MoveRecords(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Records messages in the ledger of the folder that they are in, and forgets them in that of the
   * folder that they have left.
   *
   * @param uids the source UIDs that they had
   * @param entries with the source UIDs that they have
   * @param move what ends with it at the destination; null when nothing was moved there
   */
  void record(
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
            ledger.moves().end(move);
          }
        });
  }

  /** What became of a message, which a move does not change. */
  static Standing standing(FolderLedger from, long uid) {
    Place place = from.place(uid);
    return place == null ? Standing.COPIED : place.standing();
  }
}
