package org.mailcaravan.sync.follow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.MailboxPlan;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Folders of which something was copied, and which a rule leaves out now. What has left one of them
 * may be in a folder that is copied, and must not be copied a second time. Such a folder is asked
 * which of the copied messages it still has, and for nothing else. For one thread.
 */
final class LeftOutFolders {
  private final MailboxSession session;
  private final MailboxPlan plan;

  LeftOutFolders(MailboxSession session, MailboxPlan plan) {
    this.session = session;
    this.plan = plan;
  }

  /** Their ledgers. */
  List<FolderLedger> ledgers() {
    KnownFolders known = KnownFolders.of(session);
    Set<String> copied =
        plan.folders().stream().map(folder -> folder.name().wire()).collect(Collectors.toSet());
    return known.ledgers().stream()
        .filter(ledger -> ledger.count() > 0 && !ledger.pair().isReplaced())
        .filter(ledger -> !copied.contains(ledger.pair().sourceFolder()))
        .filter(ledger -> known.source().hasOnWire(ledger.pair().sourceFolder()))
        .toList();
  }

  /** Source UIDs of what has left each of them, now or before. */
  Map<FolderLedger, UidSet> left(List<FolderLedger> ledgers) {
    Map<FolderLedger, UidSet> left = new LinkedHashMap<>();
    for (FolderLedger ledger : ledgers) {
      UidSet uids = new UidSet();
      List<Long> present = new ArrayList<>();
      ledger.forEach(
          (uid, place) -> {
            if (place.gone()) {
              uids.add(uid);
            } else {
              present.add(uid);
            }
          });
      if (!present.isEmpty() && !isAsRecorded(ledger)) {
        addMissing(ledger, present, uids);
      }
      if (!uids.isEmpty()) {
        left.put(ledger, uids);
      }
    }
    return left;
  }

  private void addMissing(FolderLedger ledger, List<Long> present, UidSet left) {
    FolderName name = FolderName.ofWire(ledger.pair().sourceFolder());
    Where place = Where.folder(name);
    try {
      SelectedFolder opened = session.examine(Side.SOURCE, place, name);
      if (opened.status().uidValidity() != ledger.pair().sourceUidValidity()) {
        return;
      }
      UidSet there =
          UidSet.of(
              session.in(Side.SOURCE, place, opened, connection -> connection.existing(present)));
      present.stream().filter(uid -> !there.contains(uid)).forEach(left::add);
    } catch (NeedsAttention e) {
      // Nobody wants it copied, so that it is no problem of this pass.
      session.failed(e);
    }
  }

  /** By the status with which it was listed: nothing has left it since it was last copied. */
  private boolean isAsRecorded(FolderLedger ledger) {
    return KnownFolders.of(session).source().folders().stream()
        .filter(folder -> folder.name().wire().equals(ledger.pair().sourceFolder()))
        .map(ListedFolder::status)
        .anyMatch(status -> status != null && ledger.isAsAt(status));
  }
}
