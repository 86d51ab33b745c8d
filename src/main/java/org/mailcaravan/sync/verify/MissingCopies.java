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
  private final List<MissingMessages> folders;
  private final Map<MissingMessages, Map<String, RepairedCopy>> repaired = new HashMap<>();

  /** The key of a missing message is the number of its folder and its UID. */
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
   * @param folders all that were compared
   * @param deep whether to compare whole messages always
   */
  MissingCopies(MailboxSession session, List<MissingMessages> folders, boolean deep) {
    this.session = session;
    this.folders = folders;
    this.match =
        new KnownMatch(
            deep ? KnownMatch.How.SAME_WHOLE_CONTENT : KnownMatch.How.SAME_CONTENT,
            key -> {
              MissingMessages folder = folder(key);
              Fingerprint fingerprint = folder.fingerprint(uid(key));
              return fingerprint == null ? null : stored(folder, fingerprint);
            });
  }

  private MissingMessages folder(long key) {
    return folders.get((int) (key >>> Integer.SIZE));
  }

  private static long uid(long key) {
    return key & NumbersByUid.MOST;
  }

  /** As the copy is stored, which may be repaired. */
  private Fingerprint stored(MissingMessages folder, Fingerprint original) {
    Map<String, RepairedCopy> copies = repaired.getOrDefault(folder, Map.of());
    RepairedCopy copy = copies.isEmpty() ? null : copies.get(original.whole());
    return copy == null ? original : copy.fingerprint();
  }

  /** Looks; then every missing message is found or gone. */
  void find() {
    for (int number = 0; number < folders.size(); number++) {
      MissingMessages folder = folders.get(number);
      if (!folder.isOpen()) {
        continue;
      }
      FolderLedger ledger = folder.ledger();
      repaired.put(folder, ledger == null ? Map.of() : ledger.repaired());
      long first = (long) number << Integer.SIZE;
      folder.forEach(
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
    folders.forEach(folder -> folder.endSearch(hiding));
  }

  /** First the folders that the missing copies were put into. */
  private Set<ListedFolder> inOrder() {
    Listing destination = KnownFolders.of(session).destination();
    Set<ListedFolder> order = new LinkedHashSet<>();
    for (MissingMessages folder : folders) {
      FolderLedger ledger = folder.ledger();
      if (ledger != null && folder.isOpen()) {
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

  private static MissingMessages.Copy copy(String folder, MessageTable table, int row) {
    return new MissingMessages.Copy(folder, table.uid(row), table.size(row), table.date(row));
  }

  private void found(MissingMessages.Copy copy, long key) {
    left--;
    folder(key).found(uid(key), copy);
    folders.forEach(folder -> folder.foundIn(copy.folder()));
  }

  /** Whether it was found before a connection was lost. */
  private boolean isUsed(String folder, long copy) {
    return folders.stream().anyMatch(each -> each.hasFound(folder, copy));
  }
}
