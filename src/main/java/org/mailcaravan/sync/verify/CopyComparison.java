package org.mailcaravan.sync.verify;

import java.time.Instant;
import java.util.Map;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.RepairedCopy;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.messages.MessageDate;
import org.mailcaravan.sync.messages.MessageDigests;
import org.mailcaravan.sync.messages.MessageTable;

/**
 * Compares messages with their copies by what both servers tell of them: sizes and dates. Where
 * that does not decide, the contents are compared. For one thread.
 */
final class CopyComparison {
  private final boolean deep;
  private final ComparedBefore alike;
  private final Map<Long, Difference> altered;
  private final KnownMessages known;
  private final FolderAccounting accounting;

  /**
   * @param deep whether to compare contents always, rather than where sizes differ
   */
  CopyComparison(
      boolean deep, EarlierComparison earlier, KnownMessages known, FolderAccounting accounting) {
    this.deep = deep;
    this.alike = earlier.alike();
    this.altered = deep ? Map.of() : earlier.altered();
    this.known = known;
    this.accounting = accounting;
  }

  /**
   * A part of both folders.
   *
   * @param here messages of the source
   * @param there messages of the destination
   */
  record Piece(MessageTable here, MessageTable there) {}

  /**
   * Compares a message whose copy is where the ledger says.
   *
   * @param row of the message in its table
   * @param contents compares by content what is not decided here
   */
  void compare(Piece piece, int row, Place place, ContentComparison contents) {
    MessageTable here = piece.here();
    MessageTable there = piece.there();
    long uid = here.uid(row);
    int copy = there.row(place.destinationUid());
    // What was there before us may have come with another date, and is the same message.
    boolean told = MessageDate.isTold(here.date(row)) && there.isTold(place.destinationUid());
    if (!MessageDate.isTold(here.date(row))
        && here.isTold(uid)
        && place.standing() == Standing.COPIED) {
      accounting.noDate();
    }
    boolean otherDate = told && here.date(row) != there.date(copy);
    boolean otherSize = here.size(row) != there.size(copy);
    RepairedCopy repaired = known.repaired(uid);
    boolean read = !deep && known.mustBeRead(uid, there.size(copy));
    if (!deep && alike.otherContent().contains(uid)) {
      accounting.altered(
          uid,
          altered.getOrDefault(uid, Difference.OF_CONTENT),
          digest(here, row),
          digest(there, copy));
    } else if (!deep
        && repaired != null
        && repaired.octets() == there.size(copy)
        && !read
        && !isCut(uid)) {
      accounting.repaired(uid, repaired.byServer(), repaired.repairs(), digest(here, row));
    } else if (otherDate && place.standing() == Standing.COPIED && repaired == null) {
      accounting.altered(
          uid,
          Difference.ofDate(
              Instant.ofEpochSecond(here.date(row)).toString(), dateOfCopy(there.date(copy))),
          digest(here, row),
          digest(there, copy));
    } else if (!deep && !otherSize && !read) {
      looksTheSame(piece, row, copy);
    } else {
      contents.add(uid, place.destinationUid(), place.standing() == Standing.COPIED);
    }
  }

  private boolean isCut(long uid) {
    Fingerprint came = known.fingerprint(uid);
    return known.cut(came) != null;
  }

  private static String dateOfCopy(long date) {
    return date == MessageTable.NO_DATE ? "none" : Instant.ofEpochSecond(date).toString();
  }

  private void looksTheSame(Piece piece, int row, int copy) {
    long uid = piece.here().uid(row);
    byte[] original = digest(piece.here(), row);
    ShortMessage standIn = known.standIn(uid);
    Difference difference = altered.get(uid);
    if (standIn != null) {
      accounting.cut(uid, standIn, original, digest(piece.there(), copy));
    } else if (difference == null) {
      accounting.inPlace(original);
    } else {
      accounting.altered(uid, difference, original, null);
    }
  }

  private static byte[] digest(MessageTable table, int row) {
    return MessageDigests.ofMetadata(table.size(row), table.date(row));
  }
}
