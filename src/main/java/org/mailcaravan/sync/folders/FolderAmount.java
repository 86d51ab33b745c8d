package org.mailcaravan.sync.folders;

import java.util.EnumSet;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;

/**
 * How much a folder holds.
 *
 * @param messages at least 0
 * @param octets as the server announces them
 * @param tooLarge messages that are larger than the destination takes, as far as they were looked
 *     at
 * @param largest octets of the largest of these; 0 without any
 */
record FolderAmount(long messages, long octets, long tooLarge, long largest) {
  /** In a larger folder whose size is known single sizes are not looked at. */
  private static final int MOST_SIZES = 50_000;

  /**
   * Counts. Where the server tells the size of a folder (RFC 8438), single messages are only looked
   * at if one may be too large; else the sizes of all are added up, in the same go.
   *
   * @param limit octets of the largest message that the destination takes; 0 or less for none
   */
  static FolderAmount of(ImapConnection connection, ListedFolder folder, long limit) {
    FolderStatus told = folder.status();
    FolderStatus status = told == null ? status(connection, folder) : told;
    long messages = Math.max(0, status.messages());
    boolean known = status.size() >= 0;
    if (known && (limit <= 0 || status.size() <= limit || messages > MOST_SIZES)) {
      return new FolderAmount(messages, status.size(), 0, 0);
    }
    FolderAmount sizes = sizes(connection, folder, limit);
    return new FolderAmount(
        messages, known ? status.size() : sizes.octets(), sizes.tooLarge(), sizes.largest());
  }

  /** Some servers refuse STATUS and open the folder all the same. */
  private static FolderStatus status(ImapConnection connection, ListedFolder folder) {
    try {
      return connection.status(folder.name());
    } catch (CommandRefused e) {
      return connection.examine(folder.name()).status();
    }
  }

  private static FolderAmount sizes(ImapConnection connection, ListedFolder folder, long limit) {
    long messages = connection.examine(folder.name()).status().messages();
    if (messages == 0) {
      return new FolderAmount(0, 0, 0, 0);
    }
    long[] sums = new long[3];
    connection.read(
        "1:*",
        EnumSet.of(FetchItem.SIZE),
        ContentStore.NONE,
        message -> {
          long size = Math.max(0, message.announcedSize());
          sums[0] += size;
          if (limit > 0 && size > limit) {
            sums[1]++;
            sums[2] = Math.max(sums[2], size);
          }
        });
    return new FolderAmount(messages, sums[0], sums[1], sums[2]);
  }
}
