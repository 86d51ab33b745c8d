package org.mailcaravan.sync.follow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.FolderRole;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.FolderPair;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.RecordedFolder;
import org.mailcaravan.sync.messages.SeenMessages;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Renames folders of the destination that hold nothing but our copies. A kill between the RENAME
 * and its record is healed by the next pass, which finds the folder by its UIDVALIDITY. For one
 * thread.
 */
final class DestinationRename {
  private final MailboxSession session;
  private final KnownFolders folders;

  DestinationRename(MailboxSession session) {
    this.session = session;
    this.folders = KnownFolders.of(session);
  }

  /**
   * Whether the name is free, only our copies are in the folder, and below it only folders that go
   * the same way. A folder that mail programs look for by its role (SPECIAL-USE, RFC 6154) keeps
   * its name: else the user would have no Sent any more.
   *
   * @param goesAlong whether a folder below, as the ledger knows it, goes the same way
   */
  boolean isPossible(
      FolderLedger old, ListedFolder there, String wanted, Predicate<FolderPair> goesAlong) {
    if (folders.destination().hasText(wanted) || FolderRole.isIn(there.attributes())) {
      return false;
    }
    for (ListedFolder child : folders.destination().below(there)) {
      if (FolderRole.isIn(child.attributes())
          || folders.ledgers().stream()
              .map(FolderLedger::pair)
              .filter(pair -> pair.destinationFolder().equals(child.name().text()))
              .noneMatch(goesAlong)) {
        return false;
      }
    }
    Where place = Where.folder(there.name());
    Optional<SelectedFolder> opened = RecordedFolder.open(session, place, old);
    if (opened.isEmpty()) {
      return false;
    }
    if (opened.get().status().messages() == 0) {
      return true;
    }
    UidSet ours = old.destinationUids();
    return session.in(
        Side.DESTINATION,
        place,
        opened.get(),
        connection ->
            SeenMessages.all(connection, opened.get(), Set.of(FetchItem.SIZE))
                .sizes()
                .uids()
                .allMatch(ours::contains));
  }

  /**
   * Renames a folder with those below it, at the destination and in the ledgers.
   *
   * @param otherwise the end of a sentence, if the server refuses
   */
  boolean rename(ListedFolder there, String wanted, String otherwise) {
    String from = there.name().text();
    Where place = Where.folder(from);
    try {
      // A folder that is open cannot be renamed on every server.
      session.examine(Side.DESTINATION, place, new FolderName("INBOX", "INBOX"));
      FolderName to =
          session.on(
              Side.DESTINATION,
              place,
              connection -> {
                FolderName name = connection.folderName(wanted);
                connection.rename(there.name(), name);
                return name;
              });
      renamed(there, to);
      return true;
    } catch (NeedsAttention e) {
      if (!(e.getCause() instanceof CommandRefused)) {
        throw e;
      }
      session
          .tally()
          .note("The new server did not rename folder " + from + " to " + wanted + otherwise);
      return false;
    }
  }

  private void renamed(ListedFolder from, FolderName to) {
    List<ListedFolder> along = new ArrayList<>(folders.destination().below(from));
    along.add(from);
    for (ListedFolder folder : along) {
      String text = to.text() + folder.name().text().substring(from.name().text().length());
      String wire = to.wire() + folder.name().wire().substring(from.name().wire().length());
      FolderName now = new FolderName(wire, text);
      folders.destination(folders.destination().renamed(folder.name().text(), now));
      for (FolderLedger recorded : folders.ledgers()) {
        if (recorded.pair().destinationFolder().equals(folder.name().text())) {
          recorded.recordPair(recorded.pair().to(text, recorded.pair().destinationUidValidity()));
        }
      }
      if (folder.subscribed()) {
        session.on(
            Side.DESTINATION,
            Where.folder(text),
            connection -> {
              connection.subscribe(now);
              return true;
            });
      }
    }
  }
}
