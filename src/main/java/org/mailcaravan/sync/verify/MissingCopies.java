package org.mailcaravan.sync.verify;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.RepairedCopy;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.Listing;
import org.mailcaravan.sync.folders.OtherFolders;
import org.mailcaravan.sync.messages.FolderPieces;
import org.mailcaravan.sync.messages.KnownMatch;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.messages.NumbersByUid;
import org.mailcaravan.sync.session.MailboxSession;
import org.roaringbitmap.RoaringBitmap;

/**
 * Looks for copies that are not where they were put, in all folders of the destination: the user
 * may have moved them. Each message there stands for one copy only, and for none when it is another
 * copy of ours.
 */
final class MissingCopies {
  private final MailboxSession session;
  private final List<FolderComparison> comparisons;
  private final Map<FolderComparison, Map<String, RepairedCopy>> repaired = new HashMap<>();

  /** The key of a missing message is the number of its comparison and its UID. */
  private final KnownMatch match;

  /** Hash codes, since there may be millions. */
  private final RoaringBitmap sizes = new RoaringBitmap();

  private final RoaringBitmap dates = new RoaringBitmap();

  /** Whether copies are missing that another tool brought, which may have any size and date. */
  private boolean anySize;

  private long left;

  /** A folder that does not show all that it holds, or null. */
  private @Nullable String hiding;

  /**
   * @param comparisons of all folders that were compared
   * @param deep whether to compare whole messages always
   */
  MissingCopies(MailboxSession session, List<FolderComparison> comparisons, boolean deep) {
    this.session = session;
    this.comparisons = comparisons;
    this.match =
        new KnownMatch(
            deep ? KnownMatch.How.SAME_WHOLE_CONTENT : KnownMatch.How.SAME_CONTENT,
            key -> {
              FolderComparison folder = folder(key);
              Fingerprint fingerprint = folder.missing(uid(key));
              return fingerprint == null ? null : stored(folder, fingerprint);
            });
  }

  private FolderComparison folder(long key) {
    return comparisons.get((int) (key >>> Integer.SIZE));
  }

  private static long uid(long key) {
    return key & NumbersByUid.MOST;
  }

  /** As the copy is stored, which may be repaired. */
  private Fingerprint stored(FolderComparison folder, Fingerprint original) {
    Map<String, RepairedCopy> copies = repaired.getOrDefault(folder, Map.of());
    RepairedCopy copy = copies.isEmpty() ? null : copies.get(original.whole());
    return copy == null ? original : copy.fingerprint();
  }

  /** Looks; then every missing message is found or gone. */
  void find() {
    for (int number = 0; number < comparisons.size(); number++) {
      FolderComparison folder = comparisons.get(number);
      if (!folder.hasMissing()) {
        continue;
      }
      FolderLedger ledger = folder.ledger();
      repaired.put(folder, ledger == null ? Map.of() : ledger.repaired());
      long first = (long) number << Integer.SIZE;
      folder.forEachMissing(
          (uid, fingerprint) -> {
            match.add(first | uid, stored(folder, fingerprint));
            sizes.add(Long.hashCode(folder.size(uid)));
            dates.add(Long.hashCode(folder.date(uid)));
            anySize |= fingerprint.isWhole() && folder.wasThereBefore(uid);
            left++;
          });
    }
    for (ListedFolder folder : inOrder()) {
      if (left > 0) {
        OtherFolders.of(session).look(session, folder.name(), () -> find(folder));
      }
    }
    if (left > 0) {
      OtherFolders.of(session).requireAllSeen();
    }
    comparisons.forEach(comparison -> comparison.endSearch(hiding));
  }

  /** First the folders that the missing copies were put into. */
  private Set<ListedFolder> inOrder() {
    Listing destination = KnownFolders.of(session).destination();
    Set<ListedFolder> order = new LinkedHashSet<>();
    for (FolderComparison comparison : comparisons) {
      FolderLedger ledger = comparison.ledger();
      if (ledger != null && comparison.hasMissing()) {
        destination.find(ledger.pair().destinationFolder()).ifPresent(order::add);
      }
    }
    // What was empty when the folders were listed may hold mail by now.
    destination.folders().stream().filter(ListedFolder::selectable).forEach(order::add);
    return order;
  }

  private void find(ListedFolder folder) {
    String name = folder.name().text();
    Where place = Where.folder(name);
    SelectedFolder opened = session.examine(Side.DESTINATION, place, folder.name());
    if (opened.status().messages() == 0) {
      return;
    }
    if (find(name, place, opened) < opened.status().messages()) {
      // What was deleted meanwhile is not hidden.
      session.renew(Side.DESTINATION, place);
      SelectedFolder again = session.examine(Side.DESTINATION, place, folder.name());
      if (find(name, place, again) < again.status().messages() && left > 0) {
        hiding = name;
      }
    }
  }

  /** Looks into a folder that is open; returns how many messages it shows. */
  private long find(String name, Where place, SelectedFolder opened) {
    UidSet ours = KnownFolders.of(session).copiesIn(name, opened.status().uidValidity());
    return session.in(
        Side.DESTINATION,
        place,
        opened,
        connection -> {
          UidSet shown = new UidSet();
          MessageTable table = new MessageTable();
          FolderPieces.fetch(
              connection,
              opened.status(),
              MessageTable.ITEMS,
              message -> {
                if (NumbersByUid.isUid(message.uid())) {
                  shown.add(message.uid());
                }
                if (isPossible(message)
                    && !ours.contains(message.uid())
                    && !isUsed(name, message.uid())) {
                  table.add(message);
                }
              });
          UidSet candidates = new UidSet();
          for (int row = 0; row < table.count(); row++) {
            candidates.add(table.uid(row));
          }
          match.find(
              connection,
              candidates,
              (uid, key, fingerprint) -> found(copy(name, table, table.row(uid)), key));
          return shown.count();
        });
  }

  private boolean isPossible(FetchedMessage message) {
    return anySize
        || sizes.contains(Long.hashCode(message.announcedSize()))
        || dates.contains(Long.hashCode(MessageTable.date(message)));
  }

  private static FolderComparison.Copy copy(String folder, MessageTable table, int row) {
    return new FolderComparison.Copy(folder, table.uid(row), table.size(row), table.date(row));
  }

  private void found(FolderComparison.Copy copy, long key) {
    left--;
    folder(key).found(uid(key), copy);
    comparisons.forEach(comparison -> comparison.foundHere(copy.folder()));
  }

  /** Whether it was found before a connection was lost. */
  private boolean isUsed(String folder, long copy) {
    return comparisons.stream().anyMatch(comparison -> comparison.hasFound(folder, copy));
  }
}
