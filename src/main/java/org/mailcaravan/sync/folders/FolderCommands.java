package org.mailcaravan.sync.folders;

import java.util.List;
import java.util.function.Supplier;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;

/** What {@link DestinationFolders} asks of a server. */
interface FolderCommands {
  /** As {@link ImapConnection#folderName}. */
  FolderName name(String text);

  /**
   * As {@link ImapConnection#create}.
   *
   * @throws CommandRefused as the server answers
   */
  void create(FolderName folder);

  /**
   * As {@link ImapConnection#subscribe}.
   *
   * @throws CommandRefused as the server answers
   */
  void subscribe(FolderName folder);

  /**
   * Asks for the status of a folder, which shows that it can hold messages.
   *
   * @throws CommandRefused as the server answers
   */
  void look(FolderName folder);

  /** All folders, without their status. */
  List<ListedFolder> list();

  /** Asks on whichever connection is the right one at the time. */
  static FolderCommands of(Supplier<ImapConnection> connection) {
    return new FolderCommands() {
      @Override
      public FolderName name(String text) {
        return connection.get().folderName(text);
      }

      @Override
      public void create(FolderName folder) {
        connection.get().create(folder);
      }

      @Override
      public void subscribe(FolderName folder) {
        connection.get().subscribe(folder);
      }

      @Override
      public void look(FolderName folder) {
        connection.get().status(folder);
      }

      @Override
      public List<ListedFolder> list() {
        return connection.get().list(false);
      }
    };
  }
}
