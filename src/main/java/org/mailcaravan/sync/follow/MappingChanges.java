package org.mailcaravan.sync.follow;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.FolderPair;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.MailboxPlan;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Follows rules that have come or changed since a folder was copied: its folder at the destination
 * gets the name that the rule says, if it holds nothing but our copies. Otherwise all of it stays
 * together where it is, and that is told. A name that the user gave is never changed.
 */
final class MappingChanges {
  private final MailboxSession session;
  private final KnownFolders folders;
  private final MailboxPlan plan;

  MappingChanges(MailboxSession session, MailboxPlan plan) {
    this.session = session;
    this.folders = KnownFolders.of(session);
    this.plan = plan;
  }

  /** Follows, and gives the plan, in which a folder may go to another destination now. */
  MailboxPlan follow() {
    Map<FolderPlan, String> before = new LinkedHashMap<>();
    for (FolderPlan folder : plan.folders()) {
      FolderLedger recorded = folders.ledger(folder);
      if (recorded != null) {
        before.put(folder, recorded.pair().destinationFolder());
      }
    }
    for (FolderPlan folder : plan.folders()) {
      String wanted = folders.wanted(folder);
      FolderLedger recorded = folders.ledger(folder);
      if (wanted != null && recorded != null) {
        follow(folder, recorded, wanted);
      }
    }
    MailboxPlan now = plan;
    for (Map.Entry<FolderPlan, String> folder : before.entrySet()) {
      FolderLedger recorded = Objects.requireNonNull(folders.ledger(folder.getKey()));
      String name = recorded.pair().destinationFolder();
      if (!name.equals(folder.getValue())) {
        FolderPlan old = folder.getKey();
        now = now.with(new FolderPlan(old.mailbox(), old.mapping().to(name)));
      }
    }
    return now;
  }

  private void follow(FolderPlan folder, FolderLedger recorded, String wanted) {
    String name = recorded.pair().destinationFolder();
    Optional<ListedFolder> there = folders.destination().find(name);
    if (name.equals(wanted)) {
      // It went along with the folder above.
      return;
    }
    if (there.isEmpty()) {
      // It is made anew for what is new, under the name of the rule.
      if (!folders.destination().hasText(wanted)) {
        recorded.recordPair(recorded.pair().to(wanted, recorded.pair().destinationUidValidity()));
      }
      return;
    }
    DestinationRename rename = new DestinationRename(session);
    boolean possible =
        !recorded.pair().namedByUser()
            && rename.isPossible(recorded, there.get(), wanted, MappingChanges::isOurs);
    if (possible
        && rename.rename(
            there.get(),
            wanted,
            ", as a rule asks; all its mail stays together under the old name.")) {
      session
          .tally()
          .note(
              "Folder "
                  + folder.name()
                  + " was copied to "
                  + name
                  + " before; because of a rule, that folder was renamed to "
                  + wanted
                  + ".");
    } else if (!possible) {
      session
          .tally()
          .note(
              "Folder "
                  + folder.name()
                  + " stays in "
                  + name
                  + ", though a rule sends it to "
                  + wanted
                  + ": that is there already, or there is other mail in "
                  + name
                  + ", or the user gave it this name, or mail programs use "
                  + name
                  + " or a folder below it as Sent, Drafts, Trash, Junk or Archive.");
    }
  }

  private static boolean isOurs(FolderPair child) {
    return !child.namedByUser();
  }
}
