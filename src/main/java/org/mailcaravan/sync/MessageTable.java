package org.mailcaravan.sync;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.ImapConnection;

/**
 * UID, announced octets and INTERNALDATE of every message of a folder, in the order of the UIDs: 24
 * octets for each, so that large folders fit into memory. Filled on the reader thread.
 */
final class MessageTable {
  /** The server told no date. */
  static final long NO_DATE = Long.MIN_VALUE;

  /** What is to be fetched. */
  static final Set<FetchItem> ITEMS =
      Collections.unmodifiableSet(EnumSet.of(FetchItem.SIZE, FetchItem.INTERNALDATE));

  private static final int ROOM = 64;

  private long[] uids = new long[ROOM];
  private long[] sizes = new long[ROOM];
  private long[] dates = new long[ROOM];
  private int count;

  /** Everything in the selected folder, which is not empty. */
  static MessageTable all(ImapConnection connection) {
    MessageTable table = new MessageTable();
    connection.fetch("1:*", ITEMS, PullMessages.NO_CONTENT, table::add).join();
    return table;
  }

  void add(FetchedMessage message) {
    int found = Arrays.binarySearch(uids, 0, count, message.uid());
    if (found >= 0) {
      return;
    }
    if (count == uids.length) {
      uids = Arrays.copyOf(uids, 2 * count);
      sizes = Arrays.copyOf(sizes, 2 * count);
      dates = Arrays.copyOf(dates, 2 * count);
    }
    // Nearly always at the end: servers answer in this order.
    int at = -found - 1;
    insert(uids, at, message.uid());
    insert(sizes, at, message.announcedSize());
    var date = message.internalDate();
    insert(dates, at, date == null ? NO_DATE : date.toEpochSecond());
    count++;
  }

  private void insert(long[] column, int at, long value) {
    System.arraycopy(column, at, column, at + 1, count - at);
    column[at] = value;
  }

  int count() {
    return count;
  }

  /** The row of a message, or a negative number when it is not there. */
  int row(long uid) {
    return Arrays.binarySearch(uids, 0, count, uid);
  }

  long uid(int row) {
    return uids[row];
  }

  /** Octets as announced, or -1. */
  long size(int row) {
    return sizes[row];
  }

  /** Seconds since 1970-01-01T00:00:00Z, or {@link #NO_DATE}. */
  long date(int row) {
    return dates[row];
  }
}
