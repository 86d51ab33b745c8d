package org.mailcaravan.sync.verify;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FolderFetch;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.messages.FolderPieces;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.session.MailboxSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in several folders of both sides, read in one go: as many round trips for fifty folders
 * as for one. Nothing is changed on either side. For one thread.
 */
final class FolderTables {
  private static final Logger LOG = LoggerFactory.getLogger(FolderTables.class);

  private final MailboxSession session;
  private final Map<Side, Map<FolderName, Opened>> ready = new EnumMap<>(Side.class);

  FolderTables(MailboxSession session) {
    this.session = session;
  }

  /**
   * A folder as it was opened, and what is in it.
   *
   * @param messages null where that is to be read in pieces
   */
  record Opened(SelectedFolder folder, @Nullable MessageTable messages) {}

  private record Asked(FolderFetch fetch, MessageTable messages) {}

  /**
   * Reads; what a server refuses is left out, and what was not read when it broke the connection:
   * it is asked for alone.
   */
  void read(Collection<FolderName> source, Collection<FolderName> destination) {
    Map<FolderName, Asked> here = new LinkedHashMap<>();
    Map<FolderName, Asked> there = new LinkedHashMap<>();
    untilLost(() -> ask(Side.SOURCE, source, here));
    untilLost(() -> ask(Side.DESTINATION, destination, there));
    untilLost(() -> await(Side.SOURCE, here));
    untilLost(() -> await(Side.DESTINATION, there));
  }

  private static void untilLost(Runnable step) {
    try {
      step.run();
    } catch (TryAgain e) {
      LOG.debug("folders are read one by one: {}", e.getMessage());
    }
  }

  private void ask(Side side, Collection<FolderName> folders, Map<FolderName, Asked> asked) {
    if (session.canBeExamined(side)) {
      session.all(
          side,
          connection -> {
            for (FolderName folder : folders) {
              MessageTable messages = new MessageTable();
              asked.put(
                  folder,
                  new Asked(
                      connection.examine(
                          folder, "1:*", MessageTable.ITEMS_AND_FLAGS, messages::add),
                      messages));
            }
            return true;
          });
    }
  }

  private void await(Side side, Map<FolderName, Asked> asked) {
    Map<FolderName, Opened> opened = new HashMap<>();
    ready.put(side, opened);
    session.all(
        side,
        connection -> {
          asked.forEach(
              (name, folder) -> {
                try {
                  SelectedFolder told = folder.fetch().folder();
                  folder.fetch().awaitMessages();
                  KnownFolders.of(session).requireItself(side, told);
                  // Some servers lose what is asked for early; alone, it is asked for later.
                  if (folder.messages().count() >= told.status().messages()) {
                    opened.put(name, new Opened(told, folder.messages()));
                  }
                } catch (CommandRefused | NeedsAttention e) {
                  // It is asked for alone, and says what is the matter.
                }
              });
          return true;
        });
  }

  /** Opens a folder, as it was read in one go, or else alone; what is large is not read. */
  Opened open(Side side, Where place, FolderName name) {
    Opened read = take(side, name);
    if (read != null) {
      return read;
    }
    SelectedFolder opened = session.examine(side, place, name);
    if (FolderPieces.isLarge(opened.status())) {
      return new Opened(opened, null);
    }
    return new Opened(
        opened,
        opened.status().messages() == 0
            ? new MessageTable()
            : MessageTable.of(session, side, place, opened, FolderPieces.WHOLE));
  }

  private @Nullable Opened take(Side side, FolderName folder) {
    Map<FolderName, Opened> opened = ready.get(side);
    return opened == null ? null : opened.remove(folder);
  }
}
