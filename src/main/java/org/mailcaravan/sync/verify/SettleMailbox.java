package org.mailcaravan.sync.verify;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderJournal.Doubt;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.OpenMessage;
import org.mailcaravan.sync.copy.FiledCopies;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.Listing;
import org.mailcaravan.sync.folders.MailboxPlan;
import org.mailcaravan.sync.folders.RecordedFolder;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * {@code mailbox:settle}: removes what the destination stored twice because it broke off, or did
 * not show what it had stored. A server that dies while it stores messages may drop them, and show
 * them all the same when it repairs its files later (Dovecot does, with mdbox); they have been
 * stored again by then. Thread-safe.
 *
 * <p>Only this is removed: a message that came after an append was cut off, is in the folder more
 * often than any ledger knows of, is the same to the octet and the date as a copy of that append
 * that is there, and has no flag that the copy was not written with.
 */
public final class SettleMailbox {
  /** Settles; called again after a failure, it goes on where it was. */
  public void settle(MailboxSession session, MailboxPlan plan) {
    boolean renewed = false;
    for (FolderLedger ledger : KnownFolders.of(session).ledgers()) {
      Doubt doubt = ledger.journal().doubt();
      if (session.hopeless() != null || doubt.isEmpty()) {
        continue;
      }
      try {
        if (!renewed) {
          // Some servers show what came only to connections that were opened later.
          session.renew(Side.DESTINATION, Where.folder(ledger.pair().destinationFolder()));
          renewed = true;
        }
        if (settle(session, ledger, doubt)
            && !session.hasBrokenOff(Side.DESTINATION)
            && !FiledCopies.of(session).isAnySentAgain(ledger)
            && !mayShowMore(ledger, doubt)) {
          ledger.recordNoDoubt();
        }
      } catch (NeedsAttention e) {
        session.failed(e);
        session.tally().problem(e.problem());
      }
    }
    endSearch(KnownFolders.of(session));
  }

  /** Where nothing is looked for any more, what comes from now on is of no matter. */
  private static void endSearch(KnownFolders folders) {
    List<FolderLedger> ledgers = folders.ledgers();
    if (ledgers.isEmpty() || ledgers.get(0).foldersBefore().all().isEmpty()) {
      return;
    }
    for (FolderLedger ledger : ledgers) {
      if (!ledger.journal().doubt().isEmpty()
          || !ledger.journal().sentAgain().isEmpty()
          || ledger.openMessages().values().stream()
              .anyMatch(open -> open.why() == OpenMessage.Why.NOT_STORED)) {
        return;
      }
    }
    folders.endSearch(ledgers.get(0));
  }

  /** Whether the destination said that it had stored some of this, and does not show it yet. */
  private static boolean mayShowMore(FolderLedger ledger, Doubt doubt) {
    return ledger.openMessages().entrySet().stream()
        .anyMatch(
            open ->
                doubt.sourceUids().contains(open.getKey())
                    && open.getValue().why() == OpenMessage.Why.NOT_STORED);
  }

  /** Returns whether the folder could be looked at. */
  private static boolean settle(MailboxSession session, FolderLedger ledger, Doubt doubt) {
    Where place = Where.folder(ledger.pair().destinationFolder());
    SelectedFolder folder = RecordedFolder.open(session, place, ledger).orElse(null);
    if (folder == null || ledger.journal().append().isPresent()) {
      return false;
    }
    if (folder.status().messages() == 0) {
      return true;
    }
    // Two source folders may go to one at the destination.
    List<FolderLedger> ledgers =
        KnownFolders.of(session).ledgers().stream()
            .filter(
                other ->
                    other.pair().destinationUidValidity() == folder.status().uidValidity()
                        && Listing.isNamed(folder.name().text(), other.pair().destinationFolder()))
            .toList();
    StoredTwice surplus =
        session.in(
            Side.DESTINATION,
            place,
            folder,
            connection -> new StoredTwice(connection, ledger, ledgers, doubt));
    for (FolderLedger other : KnownFolders.of(session).ledgers()) {
      if (!ledgers.contains(other) && !surplus.isEmpty()) {
        spareThoseThatMoved(session, other, surplus);
      }
    }
    if (surplus.isEmpty()) {
      return true;
    }
    try {
      boolean removable = session.on(Side.DESTINATION, place, ImapConnection::canExpunge);
      if (!removable) {
        // The comparison tells it, as long as it is there.
        return false;
      }
      long removed =
          session.in(
              Side.DESTINATION,
              place,
              folder,
              connection -> surplus.remove(connection, folder.status().highestModSeq()));
      if (removed > 0) {
        session
            .tally()
            .note(
                "The new server had stored messages of %s that it did not show, so that they were sent again (%d); the second copies were removed."
                    .formatted(place, removed));
      }
      return true;
    } catch (NeedsAttention e) {
      if (!(e.getCause() instanceof CommandRefused)) {
        throw e;
      }
      session
          .tally()
          .note(
              "The new server may have stored messages twice in %s that it did not show at first, and refuses to remove one."
                  .formatted(place));
      return false;
    }
  }

  /** What the user moved here from another folder has a new UID, and is not one too many. */
  private static void spareThoseThatMoved(
      MailboxSession session, FolderLedger other, StoredTwice surplus) {
    NavigableMap<Long, Fingerprint> same = new TreeMap<>();
    other.forEach(
        (uid, place) -> {
          Details details = other.details(uid);
          if (details != null && surplus.mayBe(details.fingerprint())) {
            same.put(uid, details.fingerprint());
          }
        });
    if (same.isEmpty()) {
      return;
    }
    NavigableMap<Long, Long> copies = other.copies(same.keySet());
    Where place = Where.folder(other.pair().destinationFolder());
    RecordedFolder.open(session, place, other)
        .ifPresent(
            folder -> {
              Map<Long, Set<String>> there =
                  session.in(
                      Side.DESTINATION,
                      place,
                      folder,
                      connection -> BothFolders.flags(connection, copies.values()));
              same.keySet().removeIf(uid -> there.containsKey(copies.getOrDefault(uid, 0L)));
            });
    same.values().forEach(surplus::spare);
  }
}
