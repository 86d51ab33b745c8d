package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.SourceKind;
import org.mailcaravan.sync.session.MailboxSession;

/** Gmail shows a message under each of its labels; it is copied from the first of them only. */
final class GmailLabels {
  private GmailLabels() {}

  /**
   * Which new messages of a folder were copied from another label; none where the source is not
   * Gmail.
   */
  static List<Entry> copiedFromAnother(Ledger ledger, MailboxSession session, FolderLook look) {
    List<Entry> copied = new ArrayList<>();
    if (KnownFolders.of(session).source().kind() != SourceKind.GMAIL) {
      return copied;
    }
    UidSet elsewhere = new UidSet();
    ledger.forEachWithEmailId(
        session.accountPair(), look.emailIds(), (uid, known) -> elsewhere.add(uid));
    elsewhere.forEach(
        uid -> {
          if (look.fresh().contains(uid)) {
            copied.add(
                new Entry(uid, Place.of(0, Standing.OTHER_LABEL), null, look.emailIds().get(uid)));
          }
        });
    if (!copied.isEmpty()) {
      session
          .tally()
          .note(
              (copied.size() == 1 ? "1 message of " : copied.size() + " messages of ")
                  + look.place()
                  + (copied.size() == 1
                      ? " has another label too and was copied once, from there."
                      : " have another label too and were copied once, from there."));
    }
    return copied;
  }
}
