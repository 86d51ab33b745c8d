package org.mailcaravan.sync.folders;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.sync.session.MailboxSession;

/** The destination folder of a ledger, opened for writing. */
public final class RecordedFolder {
  private RecordedFolder() {}

  /**
   * Opens the destination folder of a ledger.
   *
   * @return empty when it is not there any more, or its messages have new UIDs
   */
  public static Optional<SelectedFolder> open(
      MailboxSession session, Where place, FolderLedger ledger) {
    return listed(session, ledger)
        .map(folder -> session.open(Side.DESTINATION, place, folder.name()))
        .filter(opened -> is(ledger, opened));
  }

  /**
   * As {@link #open}, and reads from the folder in one go.
   *
   * @param uids sets of UIDs
   * @param sink may be given messages of another folder, when this returns empty
   */
  public static Optional<SelectedFolder> read(
      MailboxSession session,
      Where place,
      FolderLedger ledger,
      List<String> uids,
      Function<ListedFolder, Set<FetchItem>> items,
      Consumer<FetchedMessage> sink) {
    return listed(session, ledger)
        .map(
            folder ->
                session.on(
                    Side.DESTINATION,
                    place,
                    connection -> {
                      Supplier<SelectedFolder> opening =
                          session.openingAtDestination(connection, folder.name());
                      List<Runnable> answers =
                          uids.stream()
                              .map(
                                  set ->
                                      connection.sendRead(
                                          set, items.apply(folder), ContentStore.NONE, sink))
                              .toList();
                      SelectedFolder opened = opening.get();
                      answers.forEach(Runnable::run);
                      return opened;
                    }))
        .filter(opened -> is(ledger, opened))
        .map(
            opened -> {
              ReadyFolders.of(session).opened(opened);
              return opened;
            });
  }

  private static Optional<ListedFolder> listed(MailboxSession session, FolderLedger ledger) {
    return KnownFolders.of(session).destination().find(ledger.pair().destinationFolder());
  }

  private static boolean is(FolderLedger ledger, SelectedFolder opened) {
    return opened.status().uidValidity() > 0
        && opened.status().uidValidity() == ledger.pair().destinationUidValidity();
  }
}
