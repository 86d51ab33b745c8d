package org.mailcaravan.sync;

import java.util.Collection;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.store.FolderLedger;

/**
 * Finds out by content what a destination folder holds of a source folder, where no APPENDUID told.
 */
final class Settlement {
  private final MailboxSession session;
  private final String place;
  private final SelectedFolder source;
  private final SelectedFolder destination;

  Settlement(
      MailboxSession session, String place, SelectedFolder source, SelectedFolder destination) {
    this.session = session;
    this.place = place;
    this.source = source;
    this.destination = destination;
  }

  /**
   * What is there already of a folder that the ledger does not know: destination UIDs by source
   * UIDs.
   *
   * @param sizes announced octets by UID of all messages of the source folder
   */
  NavigableMap<Long, Long> alreadyThere(NavigableMap<Long, Long> sizes) {
    return destination.status().messages() == 0
        ? new TreeMap<>()
        : matches(sizes, "1:*", uid -> true);
  }

  /**
   * What arrived of the batch that was cut off; the ledger has it then, and no open batch any more.
   *
   * @param present the UIDs that the source still has
   */
  NavigableMap<Long, Long> settle(FolderLedger ledger, Collection<Long> present) {
    return ledger
        .cutOff()
        .map(
            cutOff -> {
              NavigableMap<Long, Long> candidates = new TreeMap<>(cutOff.sourceSizes());
              candidates.keySet().retainAll(present);
              candidates.keySet().removeIf(ledger::contains);
              NavigableMap<Long, Long> arrived =
                  matches(
                      candidates,
                      cutOff.destinationUidNext() + ":*",
                      // "9:*" names the last message even when its UID is 7 (RFC 9051 section 9).
                      uid -> uid >= cutOff.destinationUidNext() && !ledger.isOurs(uid));
              ledger.record(arrived);
              return arrived;
            })
        .orElseGet(TreeMap::new);
  }

  private NavigableMap<Long, Long> matches(
      NavigableMap<Long, Long> sizes, String destinationUids, LongPredicate candidate) {
    if (sizes.isEmpty()) {
      return new TreeMap<>();
    }
    ContentMatch match = new ContentMatch(sizes);
    session.in(
        Side.DESTINATION,
        place,
        destination,
        connection -> {
          match.readDestination(connection, destinationUids, candidate);
          return true;
        });
    return session.in(Side.SOURCE, place, source, match::matches);
  }
}
