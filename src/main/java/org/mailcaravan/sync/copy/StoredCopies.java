package org.mailcaravan.sync.copy;

import java.util.EnumSet;
import java.util.List;
import java.util.function.Supplier;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Place;
import org.mailcaravan.sync.session.MailboxSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, right after a folder was copied, which copies are there. The comparison at the end of a
 * pass may come hours later, when the user or a POP3 client has taken some of them away: they were
 * stored, and are not brought again.
 */
final class StoredCopies {
  private static final Logger LOG = LoggerFactory.getLogger(StoredCopies.class);

  private StoredCopies() {}

  /** Records which are there. Where that cannot be found out, the comparison has to. */
  static void see(MailboxSession session, Where place, SelectedFolder opened, FolderLedger ledger) {
    UidSet wanted = new UidSet();
    UidSet unseen = ledger.unseen();
    unseen.forEach(
        uid -> {
          Place copy = ledger.place(uid);
          if (copy != null && copy.destinationUid() > 0) {
            wanted.add(copy.destinationUid());
          }
        });
    if (wanted.isEmpty() || session.hopeless() != null) {
      return;
    }
    UidSet shown;
    try {
      // Other folders go on meanwhile: each would wait for the answer to this one.
      Supplier<UidSet> sent =
          session.sentIn(Side.DESTINATION, place, opened, connection -> shown(connection, wanted));
      shown =
          sent == null
              ? session.in(
                  Side.DESTINATION, place, opened, connection -> shown(connection, wanted).get())
              : sent.get();
    } catch (MigrationException e) {
      LOG.info("{}: the copies could not be looked at: {}", place, e.problem());
      return;
    }
    ledger.recordSeen(
        uid -> {
          Place copy = ledger.place(uid);
          return copy != null && shown.contains(copy.destinationUid());
        });
  }

  /** Asks which of these UIDs there are; what it gives waits for the answer. */
  private static Supplier<UidSet> shown(ImapConnection connection, UidSet wanted) {
    UidSet shown = new UidSet();
    List<Runnable> answers =
        wanted.commands().stream()
            .map(
                set ->
                    connection.sendRead(
                        set,
                        EnumSet.of(FetchItem.FLAGS),
                        ContentStore.NONE,
                        message -> shown.add(message.uid())))
            .toList();
    return () -> {
      answers.forEach(Runnable::run);
      return shown;
    };
  }
}
