package org.mailcaravan.sync.follow;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.sync.copy.FolderLook;
import org.mailcaravan.sync.copy.OpenDestination;
import org.mailcaravan.sync.messages.NumbersByUid;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Follows messages that moved between folders at the source: the untouched copy is moved at the
 * destination. A copy that the user moved, deleted or flagged stays as it is. Neither is copied a
 * second time.
 */
final class SourceMoves {
  private final CopyMoves copies;
  private final MailboxSession session;

  SourceMoves(Ledger ledger, OpenDestination destinations, MailboxSession session) {
    this.copies = new CopyMoves(ledger, destinations, session);
    this.session = session;
  }

  /**
   * Follows what has left one folder and is in another.
   *
   * @param left source UIDs of what has left, by the ledger that knows them; those that are
   *     accounted for are removed
   * @param looks at all folders of the plan, in its order
   */
  void follow(Map<FolderLedger, UidSet> left, List<FolderLook> looks) {
    MovedMessages moved = new MovedMessages(session);
    moved.find(left, looks);
    moved.forEach(
        (from, to, newUids) -> {
          moveOrLeave(from, to, newUids);
          UidSet still = Objects.requireNonNull(left.get(from));
          newUids.forEach((uid, newUid) -> still.remove(uid));
        });
  }

  /**
   * A destination folder that cannot be made or opened does not stop the others. What was to move
   * there stays where it is, is not copied a second time, and is looked at again by the next pass.
   */
  private void moveOrLeave(FolderLedger from, FolderLook to, NumbersByUid newUids) {
    try {
      copies.move(from, to, newUids);
    } catch (NeedsAttention e) {
      session.failed(e);
      session.tally().problem(e.problem());
      newUids.forEach((uid, newUid) -> to.fresh().remove(newUid));
      to.incomplete();
    }
  }
}
