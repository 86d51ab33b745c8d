package org.mailcaravan.sync.messages;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.UidSet;

/**
 * Cuts a large folder into ranges of UIDs with a bounded number of messages each, so that memory
 * does not grow with the folder. Most folders are one piece, which costs no extra command.
 */
public final class FolderPieces {
  /** Every UID that there can be. */
  public static final UidSet.Range WHOLE = new UidSet.Range(1, Long.MAX_VALUE);

  /** How many messages a piece has; tests make it small. */
  private static final int PIECE = Integer.getInteger("mailcaravan.piece-messages", 100_000);

  private FolderPieces() {}

  /** Whether a folder is cut into pieces; not when its size is unknown. */
  public static boolean isLarge(@Nullable FolderStatus status) {
    return status != null && isLarge(status.messages());
  }

  /** Whether so many messages are more than one piece. */
  public static boolean isLarge(long messages) {
    return messages > PIECE + PIECE / 2;
  }

  /**
   * The pieces of the selected folder, in ascending order and without a gap. The places at which to
   * cut are asked for in one command: UIDs may have gaps of any size, so the UIDs alone do not tell
   * how many messages are between them.
   */
  public static List<UidSet.Range> of(ImapConnection connection, FolderStatus status) {
    if (!isLarge(status)) {
      return List.of(WHOLE);
    }
    List<Long> places = new ArrayList<>();
    for (long place = PIECE + 1L; place <= status.messages(); place += PIECE) {
      places.add(place);
    }
    List<Long> cuts = cuts(connection, places);
    if (cuts.isEmpty() && status.uidNext() <= 4 * status.messages()) {
      // Where there are few gaps, no piece has many more messages than another.
      for (long uid = PIECE + 1L; uid < status.uidNext(); uid += PIECE) {
        cuts.add(uid);
      }
    }
    List<UidSet.Range> pieces = new ArrayList<>();
    long first = 1;
    for (long cut : cuts) {
      pieces.add(new UidSet.Range(first, cut - 1));
      first = cut;
    }
    pieces.add(new UidSet.Range(first, Long.MAX_VALUE));
    return pieces;
  }

  /** The UIDs of the messages at these places; none when the server does not tell them all. */
  private static List<Long> cuts(ImapConnection connection, List<Long> places) {
    List<Long> told = new ArrayList<>();
    try {
      for (String set : UidSet.of(places).commands()) {
        told.addAll(connection.uidsAt(set));
      }
    } catch (CommandRefused e) {
      return new ArrayList<>();
    }
    List<Long> cuts = new ArrayList<>(told.stream().sorted().distinct().toList());
    boolean whole = cuts.size() == places.size() && cuts.get(0) > 1;
    return whole ? cuts : new ArrayList<>();
  }

  /** Cuts a set of UIDs likewise. */
  public static void each(UidSet uids, Consumer<UidSet> work) {
    if (!isLarge(uids.count())) {
      work.accept(uids);
      return;
    }
    UidSet piece = new UidSet();
    int messages = 0;
    for (long uid = uids.next(1); uid > 0; uid = uids.next(uid + 1)) {
      piece.add(uid);
      if (++messages == PIECE) {
        work.accept(piece);
        piece = new UidSet();
        messages = 0;
      }
    }
    if (messages > 0) {
      work.accept(piece);
    }
  }

  /** The piece as a sequence set. */
  static String text(UidSet.Range piece) {
    UidSet set = new UidSet();
    set.add(piece.first(), piece.last());
    return set.toString();
  }

  /** Fetches from all messages of the selected folder, piece by piece, and waits. */
  public static void fetch(
      ImapConnection connection,
      FolderStatus status,
      Set<FetchItem> items,
      Consumer<FetchedMessage> sink) {
    for (UidSet.Range piece : of(connection, status)) {
      connection.read(text(piece), items, ContentStore.NONE, sink);
    }
  }
}
