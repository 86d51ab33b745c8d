package org.mailcaravan.sync;

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

/**
 * What is in several folders of both sides, read in one go: as many round trips for fifty folders
 * as for one. Nothing is changed on either side. For one thread.
 */
final class FolderTables {
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

  /** Reads; what a server refuses is left out. */
  void read(Collection<FolderName> source, Collection<FolderName> destination) {
    Map<FolderName, Asked> here = ask(Side.SOURCE, source);
    Map<FolderName, Asked> there = ask(Side.DESTINATION, destination);
    await(Side.SOURCE, here);
    await(Side.DESTINATION, there);
  }

  private Map<FolderName, Asked> ask(Side side, Collection<FolderName> folders) {
    Map<FolderName, Asked> asked = new LinkedHashMap<>();
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
    return asked;
  }

  private void await(Side side, Map<FolderName, Asked> asked) {
    Map<FolderName, Opened> opened = new HashMap<>();
    session.all(
        side,
        connection -> {
          asked.forEach(
              (name, folder) -> {
                try {
                  SelectedFolder told = folder.fetch().folder();
                  folder.fetch().awaitMessages();
                  opened.put(name, new Opened(told, folder.messages()));
                } catch (CommandRefused e) {
                  // It is asked for alone, and says what is the matter.
                }
              });
          return true;
        });
    ready.put(side, opened);
  }

  /** What was read of a folder, once; null when nothing was. */
  @Nullable Opened take(Side side, FolderName folder) {
    Map<FolderName, Opened> opened = ready.get(side);
    return opened == null ? null : opened.remove(folder);
  }
}
