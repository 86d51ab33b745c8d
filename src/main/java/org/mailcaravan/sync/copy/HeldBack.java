package org.mailcaravan.sync.copy;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Decides which messages are held back while the destination does not show everything: those that
 * may be there already. A message that is not shown is compared by what is known of it: its date,
 * or its size, to which tools add a few lines.
 */
public final class HeldBack {
  /** Octets that a tool or a server may add to a header. */
  private static final long MOST_ADDED = 4096;

  /** Octets: a server may count line ends differently, or drop the last one. */
  private static final long MOST_LOST = 16;

  public static final String NEXT_STEP =
      "See why the new server does not show these messages (its log, the index of the folder), and repair or delete"
          + " them there; then run the request again, which copies what is not there.";

  private final MailboxSession session;
  private final FolderLook look;

  public HeldBack(MailboxSession session, FolderLook look) {
    this.session = session;
    this.look = look;
  }

  /**
   * Holds back what may be one of the messages that a folder does not show.
   *
   * @param own whether the messages are to go to this folder
   * @param copiedBefore whether the folder holds other messages of the source, or nothing that can
   *     be read, so that what is not shown may well be of the source
   * @param alike source UIDs of messages that may be in the folder by their headers, of which one
   *     side does not give the content
   */
  public void hold(
      FolderBefore before,
      FolderName folder,
      boolean own,
      boolean copiedBefore,
      Collection<Long> alike) {
    Set<Long> held = new HashSet<>(alike);
    held.removeIf(uid -> !look.fresh().contains(uid));
    UidSet unread = before.unread();
    boolean likely = own && (copiedBefore || isAnyFound());
    if (!before.isWhole() && !look.fresh().isEmpty()) {
      boolean nothingTold = before.hidden() > 0 || isAnyUntold(before, unread);
      LongPredicate may = likely && nothingTold ? uid -> true : maybe(before, unread, likely);
      look.fresh().uids().filter(may).forEach(held::add);
      if (held.isEmpty()) {
        session
            .tally()
            .note(
                "The new server does not show all messages that folder %s held before. By their dates and sizes they are none of those that were copied."
                    .formatted(folder));
      }
    }
    if (!held.isEmpty()) {
      tell(before, folder, unread, held.size());
      look.hold(UidSet.of(held));
    }
  }

  /** Whether an earlier look has found messages of the source that were there before. */
  private boolean isAnyFound() {
    FolderLedger ledger = look.ledger();
    boolean[] any = {false};
    if (ledger != null) {
      ledger.forEach((uid, place) -> any[0] |= place.standing() == Standing.FOUND);
    }
    return any[0];
  }

  private static boolean isAnyUntold(FolderBefore before, UidSet unread) {
    boolean[] any = {false};
    unread.forEach(uid -> any[0] |= before.listed().row(uid) < 0);
    return any[0];
  }

  private LongPredicate maybe(FolderBefore before, UidSet unread, boolean generous) {
    MessageTable there = before.listed();
    Set<Long> dates = new HashSet<>();
    NavigableSet<Long> sizes = new TreeSet<>();
    unread.forEach(
        uid -> {
          int row = there.row(uid);
          if (row >= 0) {
            dates.add(there.date(row));
            sizes.add(there.size(row));
          }
        });
    dates.remove(MessageTable.NO_DATE);
    MessageTable here = dates.isEmpty() ? new MessageTable() : dates();
    return uid -> {
      int row = here.row(uid);
      return (row >= 0 && dates.contains(here.date(row)))
          || isNear(look.fresh().size(uid), sizes, generous);
    };
  }

  /** Whether a message of this size may be one of those. */
  static boolean isNear(long here, NavigableSet<Long> there, boolean generous) {
    if (!generous) {
      return there.contains(here);
    }
    Long next = there.ceiling(here - MOST_LOST);
    return next != null && next <= here + MOST_ADDED;
  }

  private MessageTable dates() {
    MessageTable dates = new MessageTable();
    UidSet wanted = new UidSet();
    look.fresh().uids().forEach(wanted::add);
    return session.in(
        Side.SOURCE,
        look.place(),
        look.source(),
        connection -> {
          for (String set : wanted.commands()) {
            connection.read(set, EnumSet.of(FetchItem.INTERNALDATE), ContentStore.NONE, dates::add);
          }
          return dates;
        });
  }

  private void tell(FolderBefore before, FolderName folder, UidSet unread, int held) {
    long hidden = before.hidden() + unread.count();
    String uids = unread.isEmpty() ? "" : " (such as UID " + unread.next(1) + ")";
    session
        .tally()
        .problem(
            new Problem(
                ProblemCode.PARTIAL_VIEW,
                look.place(),
                hidden == 0
                    ? "the new server does not give the content of messages that folder %s holds already; not copied, since they may be these: %d"
                        .formatted(folder, held)
                    : "the new server does not show all that folder %s holds already: %d of %d messages%s; not copied, since they may be these: %d"
                        .formatted(folder, hidden, before.announced(), uids, held),
                Owner.US,
                NEXT_STEP));
  }
}
