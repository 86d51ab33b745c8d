package org.mailcaravan.sync.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
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
import org.mailcaravan.sync.messages.Digests;
import org.mailcaravan.sync.messages.Keywords;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.messages.StoredForms;
import org.mailcaravan.sync.messages.Untouched;
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
  private static final Set<String> DELETED = Set.of("\\Deleted");

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
          ledger.endDoubt();
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
          || ledger.open().values().stream()
              .anyMatch(open -> open.why() == OpenMessage.Why.NOT_STORED)) {
        return;
      }
    }
    folders.endSearch(ledgers.get(0));
  }

  /** Whether the destination said that it had stored some of this, and does not show it yet. */
  private static boolean mayShowMore(FolderLedger ledger, Doubt doubt) {
    return ledger.open().entrySet().stream()
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
    Surplus surplus =
        session.in(
            Side.DESTINATION,
            place,
            folder,
            connection -> new Surplus(connection, ledger, ledgers, doubt));
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
      MailboxSession session, FolderLedger other, Surplus surplus) {
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

  /** What is in one folder once too often. */
  private static final class Surplus {
    private final FolderLedger ledger;
    private final List<FolderLedger> ledgers;
    private final Doubt doubt;
    private final StoredForms forms;
    private final MessageTable there;

    /** The recorded copies that are there, and what they were written with. */
    private final Map<Same, Set<Long>> twins = new HashMap<>();

    private final Map<Same, Details> written = new HashMap<>();

    /** Destination UIDs of what was deleted at the source already, and is not expunged there. */
    private final Set<Long> deleted = new HashSet<>();

    /** Destination UIDs. */
    private final Map<Same, List<Long>> surplus = new HashMap<>();

    /**
     * Looks for it.
     *
     * @param ledgers all whose copies are in the folder
     */
    Surplus(
        ImapConnection connection, FolderLedger ledger, List<FolderLedger> ledgers, Doubt doubt) {
      this.ledger = ledger;
      this.ledgers = ledgers;
      this.doubt = doubt;
      this.forms = StoredForms.of(ledger);
      this.there = MessageTable.all(connection);
      find(connection);
    }

    boolean isEmpty() {
      return surplus.values().stream().allMatch(List::isEmpty);
    }

    boolean mayBe(Fingerprint original) {
      List<Fingerprint> stored = forms.of(original);
      return surplus.keySet().stream().anyMatch(same -> stored.contains(same.fingerprint()));
    }

    /** Leaves one of these messages alone. */
    void spare(Fingerprint original) {
      List<Fingerprint> stored = forms.of(original);
      for (Map.Entry<Same, List<Long>> copies : surplus.entrySet()) {
        if (stored.contains(copies.getKey().fingerprint()) && !copies.getValue().isEmpty()) {
          copies.getValue().remove(0);
          return;
        }
      }
    }

    /** By what a message is taken for the same. */
    private record Same(Fingerprint fingerprint, long size, long date) {}

    private Same same(Fingerprint fingerprint, long uid) {
      int row = there.row(uid);
      return new Same(fingerprint, there.size(row), there.date(row));
    }

    /** Returns how many were removed. */
    long remove(ImapConnection connection, long highestModSeq) {
      Collection<Long> uids = new TreeSet<>();
      surplus.values().forEach(uids::addAll);
      if (uids.isEmpty()) {
        return 0;
      }
      // What the user touches in this very moment is refused, and stays.
      UidSet touched = connection.store(uids, true, DELETED, highestModSeq);
      uids.removeIf(touched::contains);
      Collection<Long> alone = new TreeSet<>();
      surplus.forEach(
          (same, copies) -> {
            if (!isAnyLeft(connection, same)) {
              alone.addAll(copies);
            }
          });
      alone.retainAll(uids);
      unmark(connection, alone);
      uids.removeAll(alone);
      if (!uids.isEmpty()) {
        try {
          connection.expunge(uids);
        } catch (CommandRefused e) {
          unmark(connection, uids);
          throw e;
        }
      }
      return uids.size();
    }

    private void unmark(ImapConnection connection, Collection<Long> uids) {
      Collection<Long> marked = new TreeSet<>(uids);
      marked.removeAll(deleted);
      if (!marked.isEmpty()) {
        connection.store(marked, false, DELETED, -1);
      }
    }

    private boolean isAnyLeft(ImapConnection connection, Same same) {
      Details details = written.get(same);
      boolean wasDeleted = details != null && isDeleted(details.flags());
      return BothFolders.flags(connection, twins.getOrDefault(same, Set.of())).values().stream()
          .anyMatch(flags -> wasDeleted || !isDeleted(flags));
    }

    private static boolean isDeleted(Set<String> flags) {
      return Keywords.has(flags, "\\Deleted");
    }

    private void find(ImapConnection connection) {
      ledger
          .copies(doubt.sourceUids())
          .forEach(
              (uid, copy) -> {
                Details details = ledger.details(uid);
                if (details != null && there.row(copy) >= 0) {
                  for (Fingerprint form : forms.of(details.fingerprint())) {
                    Same same = same(form, copy);
                    twins.computeIfAbsent(same, key -> new TreeSet<>()).add(copy);
                    written.put(same, details);
                  }
                }
              });
      Collection<Long> unknown = unknown(twins.keySet());
      if (unknown.isEmpty()) {
        return;
      }
      Map<Long, Set<String>> flags = BothFolders.flags(connection, unknown);
      Digests.messages(connection, unknown)
          .forEach(
              (uid, fingerprint) -> {
                Same same = same(fingerprint, uid);
                Set<String> now = flags.getOrDefault(uid, Set.of());
                if (Untouched.hasNoFlagOfTheUsers(now, written.get(same))) {
                  if (isDeleted(now)) {
                    deleted.add(uid);
                  }
                  surplus.computeIfAbsent(same, key -> new ArrayList<>()).add(uid);
                }
              });
      spareThoseThatMoved();
    }

    /** Messages that no ledger knows, and that may be the same as one that is doubtful. */
    private Collection<Long> unknown(Set<Same> twins) {
      Set<List<Long>> outlines = new HashSet<>();
      twins.forEach(same -> outlines.add(List.of(same.size(), same.date())));
      UidSet unknown = new UidSet();
      for (int row = 0; row < there.count(); row++) {
        if (there.uid(row) >= doubt.destinationUidNext()
            && outlines.contains(List.of(there.size(row), there.date(row)))) {
          unknown.add(there.uid(row));
        }
      }
      for (FolderLedger known : ledgers) {
        unknown.removeAll(known.destinationUids());
      }
      Collection<Long> some = new TreeSet<>();
      unknown.forEach(some::add);
      return some;
    }

    /** A copy that the user moved away and back has another UID, and is not one too many. */
    private void spareThoseThatMoved() {
      for (FolderLedger known : ledgers) {
        known.forEach(
            (uid, place) -> {
              boolean isThere =
                  place.destinationUid() > 0 && there.row(place.destinationUid()) >= 0;
              Details details = isThere || isEmpty() ? null : known.details(uid);
              if (details != null) {
                spare(details.fingerprint());
              }
            });
      }
    }
  }
}
