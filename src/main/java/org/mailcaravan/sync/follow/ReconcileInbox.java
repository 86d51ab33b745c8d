package org.mailcaravan.sync.follow;

import java.util.List;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.sync.copy.FolderLook;
import org.mailcaravan.sync.copy.LookAtFolder;
import org.mailcaravan.sync.folders.InboxAlone;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.Listing;
import org.mailcaravan.sync.folders.MailboxPlan;
import org.mailcaravan.sync.messages.KnownMatch;
import org.mailcaravan.sync.messages.NumbersByUid;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Reconciles INBOX alone, and opens no other folder. What has left INBOX, and what may have come to
 * it from another folder, is left to the next whole pass, which looks into both. For one thread.
 */
final class ReconcileInbox {
  private final LookAtFolder looks;
  private final MailboxSession session;
  private final KnownFolders folders;

  ReconcileInbox(LookAtFolder looks, MailboxSession session) {
    this.looks = looks;
    this.session = session;
    this.folders = KnownFolders.of(session);
  }

  /** Reconciles; called again after a failure, it goes on where it was. */
  void reconcile(Ledger ledger, MailboxPlan plan) {
    if (!folders.isRecognised()
        && folders.destination().folders().stream().noneMatch(Listing::mayHoldMail)) {
      ledger.recognised(session.accountPair());
      folders.recognised();
    }
    for (FolderLook look : looks.lookAtAll(session, InboxAlone.of(session, plan.folders()))) {
      if (!look.isUnchanged()) {
        hold(look);
      }
      FolderLedger recorded = look.ledger();
      if (recorded != null) {
        recorded.recordLeft(look.vanished());
        look.forgetVanished();
      }
    }
  }

  /** What was copied from another folder may have been moved to INBOX: its copy is to follow. */
  private void hold(FolderLook look) {
    List<FolderLedger> others =
        folders.ledgers().stream().filter(other -> other != look.ledger()).toList();
    // The key is the number of the folder and the UID.
    KnownMatch match =
        new KnownMatch(
            KnownMatch.How.SAME_HEADER,
            key -> others.get((int) (key >>> Integer.SIZE)).fingerprint(key & NumbersByUid.MOST));
    UidSet fresh = look.freshUids();
    if (fresh.isEmpty()) {
      return;
    }
    match.expect(others.stream().mapToLong(FolderLedger::count).sum());
    for (int number = 0; number < others.size(); number++) {
      FolderLedger other = others.get(number);
      long first = (long) number << Integer.SIZE;
      other.forEach(
          (uid, place) -> {
            Fingerprint fingerprint = other.fingerprint(uid);
            if (fingerprint != null) {
              match.add(first | uid, fingerprint);
            }
          });
    }
    if (match.isEmpty()) {
      return;
    }
    look.hold(
        session.in(
            Side.SOURCE,
            look.place(),
            look.source(),
            connection -> {
              UidSet known = new UidSet();
              match.find(connection, fresh, (uid, key, fingerprint) -> known.add(uid));
              return known;
            }));
  }
}
