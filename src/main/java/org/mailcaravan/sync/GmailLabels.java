package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;

/** Gmail shows a message under each of its labels; it is copied from the first of them only. */
final class GmailLabels {
  private GmailLabels() {}

  /**
   * Which new messages of a folder were copied from another label; none where the source is not
   * Gmail.
   */
  static List<Entry> copiedFromAnother(Ledger ledger, MailboxSession session, FolderLook look) {
    List<Entry> copied = new ArrayList<>();
    if (session.folders().source().kind() != SourceKind.GMAIL) {
      return copied;
    }
    Map<Long, String> ids = new TreeMap<>(look.emailIds());
    ids.keySet().removeIf(uid -> !look.fresh().contains(uid));
    Map<String, List<Ledger.Known>> known =
        ledger.withEmailIds(session.accountPair(), ids.values());
    ids.forEach(
        (uid, id) -> {
          if (known.containsKey(id)) {
            copied.add(new Entry(uid, Place.of(0, Standing.ELSEWHERE), null, id));
          }
        });
    if (!copied.isEmpty()) {
      session
          .tally()
          .note(
              copied.size()
                  + " messages of "
                  + look.place()
                  + " have another label too and were copied once, from there.");
    }
    return copied;
  }
}
