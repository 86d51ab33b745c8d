package org.mailcaravan.sync.messages;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * UID, announced octets, INTERNALDATE and flags of messages of a folder, in the order of the UIDs:
 * 32 octets for each, so that many fit into memory. Filled on the reader thread.
 */
public final class MessageTable {
  /** The server gave no date. */
  public static final long NO_DATE = Long.MIN_VALUE;

  /** What is to be fetched. */
  public static final Set<FetchItem> ITEMS =
      Collections.unmodifiableSet(EnumSet.of(FetchItem.SIZE, FetchItem.INTERNALDATE));

  /** The same and flags, which only a comparison looks at. */
  public static final Set<FetchItem> ITEMS_AND_FLAGS =
      Collections.unmodifiableSet(
          EnumSet.of(FetchItem.FLAGS, FetchItem.SIZE, FetchItem.INTERNALDATE));

  private static final int ROOM = 64;

  /** The places of messages in the other columns. */
  private final NumbersByUid places = new NumbersByUid();

  private long[] sizes = new long[ROOM];
  private long[] dates = new long[ROOM];
  private int count;
  private final SeenFlags flags = new SeenFlags();
  private final UidSet untold = new UidSet();

  /** Everything in the selected folder, which is not empty. */
  public static MessageTable all(ImapConnection connection) {
    MessageTable table = new MessageTable();
    connection.read("1:*", ITEMS, ContentStore.NONE, table::add);
    return table;
  }

  /**
   * Some of the messages in the selected folder, with their flags.
   *
   * @param sets of UIDs, as {@link UidSet#commands} makes them
   */
  public static MessageTable of(ImapConnection connection, List<String> sets) {
    MessageTable table = new MessageTable();
    sets.stream()
        .map(set -> connection.sendRead(set, ITEMS_AND_FLAGS, ContentStore.NONE, table::add))
        .toList()
        .forEach(Runnable::run);
    return table;
  }

  /**
   * A piece of a folder, with flags.
   *
   * @param folder as it was opened
   */
  public static MessageTable of(
      MailboxSession session, Side side, Where place, SelectedFolder folder, UidSet.Range piece) {
    MessageTable table = new MessageTable();
    BisectedListing.list(session, side, place, folder, piece, ITEMS_AND_FLAGS, table::add)
        .forEach(table::untold);
    if (piece.equals(FolderPieces.WHOLE) && table.count() < folder.status().messages()) {
      // Some servers leave out messages that they cannot read.
      session
          .in(side, place, folder, connection -> BisectedListing.search(connection, folder))
          .stream()
          .filter(uid -> table.row(uid) < 0)
          .forEach(table::untold);
    }
    return table;
  }

  /** A message that the server does not list. */
  private void untold(long uid) {
    add(uid, -1, NO_DATE);
    untold.add(uid);
  }

  /** Whether the server gave anything about a message. */
  public boolean isTold(long uid) {
    return !untold.contains(uid);
  }

  public void add(FetchedMessage message) {
    if (NumbersByUid.isUid(message.uid()) && !message.flags().isEmpty()) {
      flags.put(message.uid(), message.flags());
    }
    add(message.uid(), message.announcedSize(), date(message));
  }

  /** Seconds since 1970-01-01T00:00:00Z, or {@link #NO_DATE}. */
  public static long date(FetchedMessage message) {
    var date = message.internalDate();
    return date == null ? NO_DATE : date.toEpochSecond();
  }

  /** Adds a message, unless it is there. */
  public void add(long uid, long size, long date) {
    if (!NumbersByUid.isUid(uid) || places.contains(uid)) {
      return;
    }
    if (count == sizes.length) {
      sizes = Arrays.copyOf(sizes, 2 * count);
      dates = Arrays.copyOf(dates, 2 * count);
    }
    sizes[count] = size;
    dates[count] = date;
    places.put(uid, count);
    count++;
  }

  public int count() {
    return count;
  }

  /** The row of a message, or a negative number when it is not there. */
  public int row(long uid) {
    return places.row(uid);
  }

  /** The flags of a message; none where they were not asked for. */
  public Set<String> flags(long uid) {
    Set<String> told = flags.of(uid);
    return told == null ? Set.of() : told;
  }

  public long uid(int row) {
    return places.uid(row);
  }

  /** Octets as announced, or -1. */
  public long size(int row) {
    return sizes[places.number(row)];
  }

  /** Seconds since 1970-01-01T00:00:00Z, or {@link #NO_DATE}. */
  public long date(int row) {
    return dates[places.number(row)];
  }
}
