package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.RepairedCopy;

/**
 * Looks for copies that are not where they were put, in all folders of the destination: the user
 * may have moved them. Each message there stands for one copy only, and for none when it is another
 * copy of ours.
 */
final class MissingCopies {
  private record Missing(FolderComparison folder, long uid, Fingerprint fingerprint) {}

  private final MailboxSession session;
  private final List<FolderComparison> comparisons;
  private final List<Missing> known = new ArrayList<>();
  private final KnownMatch match;
  private final Set<Long> sizes = new HashSet<>();
  private final Set<Long> dates = new HashSet<>();

  /** Whether copies are missing that another tool brought, which may have any size and date. */
  private boolean anySize;

  private long left;

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
            key -> known.get((int) key).fingerprint());
  }

  /** Looks; then every missing message is found or gone. */
  void find() {
    for (FolderComparison folder : comparisons) {
      if (!folder.hasMissing()) {
        continue;
      }
      FolderLedger ledger = folder.ledger();
      Map<String, RepairedCopy> repaired = ledger == null ? Map.of() : ledger.repaired();
      folder
          .missing()
          .forEach(
              (uid, fingerprint) -> {
                RepairedCopy stored = repaired.get(fingerprint.whole());
                Fingerprint kept = stored == null ? fingerprint : stored.fingerprint();
                match.add(known.size(), kept);
                known.add(new Missing(folder, uid, kept));
                sizes.add(folder.size(uid));
                dates.add(folder.date(uid));
                anySize |= fingerprint.isWhole() && folder.wasThereBefore(uid);
                left++;
              });
    }
    for (ListedFolder folder : inOrder()) {
      if (left > 0) {
        find(folder);
      }
    }
    comparisons.forEach(FolderComparison::endSearch);
  }

  /** First the folders that the missing copies were put into. */
  private Set<ListedFolder> inOrder() {
    Listing destination = session.folders().destination();
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
    String place = "folder " + name;
    SelectedFolder opened;
    try {
      opened = session.examine(Side.DESTINATION, place, folder.name());
    } catch (NeedsAttention e) {
      if (e.getCause() instanceof CommandRefused) {
        // A shared folder that this user may not read holds nothing that the user moved there.
        return;
      }
      throw e;
    }
    if (opened.status().messages() == 0) {
      return;
    }
    MessageTable table = session.in(Side.DESTINATION, place, opened, MessageTable::all);
    Set<Long> ours = session.folders().copiesIn(name, opened.status().uidValidity());
    List<Long> candidates = new ArrayList<>();
    for (int row = 0; row < table.count(); row++) {
      boolean possible =
          anySize || sizes.contains(table.size(row)) || dates.contains(table.date(row));
      if (possible && !ours.contains(table.uid(row)) && !isUsed(copy(name, table, row))) {
        candidates.add(table.uid(row));
      }
    }
    session
        .in(Side.DESTINATION, place, opened, connection -> match.find(connection, candidates))
        .forEach(
            (uid, found) -> {
              Missing missing = known.get((int) found.key());
              left--;
              missing.folder().found(missing.uid(), copy(name, table, table.row(uid)));
              comparisons.forEach(comparison -> comparison.foundHere(name));
            });
  }

  private static FolderComparison.Copy copy(String folder, MessageTable table, int row) {
    return new FolderComparison.Copy(folder, table.uid(row), table.size(row), table.date(row));
  }

  /** Whether it was found before a connection was lost. */
  private boolean isUsed(FolderComparison.Copy copy) {
    return comparisons.stream().anyMatch(comparison -> comparison.found().contains(copy));
  }
}
