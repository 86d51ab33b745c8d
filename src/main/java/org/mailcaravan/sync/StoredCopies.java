package org.mailcaravan.sync;

import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Place;
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
  static void see(
      MailboxSession session, String place, SelectedFolder opened, FolderLedger ledger) {
    UidSet wanted = new UidSet();
    ledger.forEachUnseen(
        uid -> {
          Place copy = ledger.place(uid);
          if (copy != null && copy.destinationUid() > 0) {
            wanted.add(copy.destinationUid());
          }
        });
    if (wanted.isEmpty() || session.hopeless() != null) {
      return;
    }
    UidSet shown = new UidSet();
    Function<ImapConnection, Supplier<Boolean>> look =
        connection -> {
          List<CompletableFuture<Void>> answers =
              wanted.commands().stream().map(set -> fetch(connection, set, wanted, shown)).toList();
          return () -> {
            answers.forEach(CompletableFuture::join);
            return true;
          };
        };
    try {
      // Other folders go on meanwhile: each would wait for the answer to this one.
      Supplier<Boolean> sent = session.sentIn(Side.DESTINATION, place, opened, look);
      if (sent == null) {
        session.in(Side.DESTINATION, place, opened, connection -> look.apply(connection).get());
      } else {
        sent.get();
      }
    } catch (MigrationException e) {
      LOG.info("{}: the copies could not be looked at: {}", place, e.problem());
      return;
    }
    ledger.saw(
        uid -> {
          Place copy = ledger.place(uid);
          return copy != null && shown.contains(copy.destinationUid());
        });
  }

  private static CompletableFuture<Void> fetch(
      ImapConnection connection, String set, UidSet wanted, UidSet shown) {
    return connection.fetch(
        set,
        EnumSet.of(FetchItem.FLAGS),
        PullMessages.NO_CONTENT,
        message -> {
          if (wanted.contains(message.uid())) {
            shown.add(message.uid());
          }
        });
  }
}
