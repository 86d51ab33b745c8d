package org.mailcaravan.sync;

import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;

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

  static FolderCommands of(ImapConnection connection) {
    return new FolderCommands() {
      @Override
      public FolderName name(String text) {
        return connection.folderName(text);
      }

      @Override
      public void create(FolderName folder) {
        connection.create(folder);
      }

      @Override
      public void subscribe(FolderName folder) {
        connection.subscribe(folder);
      }

      @Override
      public void look(FolderName folder) {
        connection.status(folder);
      }
    };
  }
}
