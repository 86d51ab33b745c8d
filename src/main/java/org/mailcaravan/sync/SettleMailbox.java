package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Standing;

/**
 * {@code mailbox:settle}: removes what the destination stored twice because it broke off. A server
 * that dies while it stores messages may drop them, and show them all the same when it repairs its
 * files later (Dovecot does, with mdbox); they have been stored again by then. Thread-safe.
 *
 * <p>Only this is removed: a message that is in the folder more often than the ledger knows of, is
 * the same to the octet and the date as one whose append was cut off, and that nobody has flagged.
 */
final class SettleMailbox {
  private final Sessions sessions;

  SettleMailbox(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Settles; called again after a failure, it goes on where it was. */
  void settle(MailboxPlan plan) {
    MailboxSession session = sessions.of(plan.mailbox());
    if (session.hopeless() != null) {
      return;
    }
    for (FolderLedger ledger : session.folders().ledgers()) {
      Set<Long> doubtful = ledger.journal().doubtful();
      if (doubtful.isEmpty()) {
        continue;
      }
      try {
        settle(session, ledger, doubtful);
      } catch (NeedsAttention e) {
        session.failed(e);
        session.tally().problem(e.problem());
        continue;
      }
      if (!session.hasBrokenOff(Side.DESTINATION)) {
        ledger.journal().endDoubt();
      }
    }
  }

  private static void settle(MailboxSession session, FolderLedger ledger, Set<Long> doubtful) {
    String place = "folder " + ledger.pair().destinationFolder();
    SelectedFolder folder = session.destinationOf(place, ledger).orElse(null);
    if (folder == null || folder.status().messages() == 0) {
      return;
    }
    List<Long> surplus =
        session.in(
            Side.DESTINATION,
            place,
            folder,
            connection -> new Surplus(connection, ledger, doubtful).find());
    if (surplus.isEmpty()) {
      return;
    }
    boolean can = session.on(Side.DESTINATION, place, ImapConnection::canExpunge);
    if (can) {
      session.in(
          Side.DESTINATION,
          place,
          folder,
          connection -> {
            connection.store(surplus, true, Set.of("\\Deleted"), -1);
            connection.expunge(surplus);
            return true;
          });
    }
    session
        .tally()
        .note(
            "Our server had stored %d messages twice in %s when it broke off; %s."
                .formatted(
                    surplus.size(),
                    place,
                    can
                        ? "the second ones were removed"
                        : "it cannot delete single messages (UIDPLUS), so they are still there"));
  }

  /** What is in one folder once too often. */
  private static final class Surplus {
    private final ImapConnection connection;
    private final FolderLedger ledger;
    private final Set<Long> doubtful;
    private final MessageTable there;

    Surplus(ImapConnection connection, FolderLedger ledger, Set<Long> doubtful) {
      this.connection = connection;
      this.ledger = ledger;
      this.doubtful = doubtful;
      this.there = MessageTable.all(connection);
    }

    private record Outline(long size, long date) {}

    private Outline outline(int row) {
      return new Outline(there.size(row), there.date(row));
    }

    /** Destination UIDs. */
    List<Long> find() {
      NavigableMap<Long, Long> copies = ledger.copies(doubtful);
      copies.values().removeIf(copy -> there.row(copy) < 0);
      Collection<Long> unknown = unknown(copies.values());
      if (unknown.isEmpty()) {
        return List.of();
      }
      Map<Fingerprint, Details> known = new HashMap<>();
      for (long uid : copies.keySet()) {
        Details details = ledger.details(uid);
        if (details != null) {
          known.put(details.fingerprint(), details);
        }
      }
      Map<Fingerprint, List<Long>> surplus = new HashMap<>();
      Map<Long, Set<String>> flags = BothFolders.flags(connection, unknown);
      Digests.messages(connection, unknown)
          .forEach(
              (uid, fingerprint) -> {
                Details written = known.get(fingerprint);
                if (written != null && isUntouched(flags.getOrDefault(uid, Set.of()), written)) {
                  surplus.computeIfAbsent(fingerprint, same -> new ArrayList<>()).add(uid);
                }
              });
      spareThoseThatMoved(surplus);
      return surplus.values().stream().flatMap(List::stream).toList();
    }

    /** Messages that the ledger does not know, of the size and date of one that it does. */
    private Collection<Long> unknown(Collection<Long> copies) {
      Set<Outline> outlines = new HashSet<>();
      copies.forEach(copy -> outlines.add(outline(there.row(copy))));
      Set<Long> recorded = ledger.destinationUidsFrom(1);
      Collection<Long> unknown = new TreeSet<>();
      for (int row = 0; row < there.count(); row++) {
        if (!recorded.contains(there.uid(row)) && outlines.contains(outline(row))) {
          unknown.add(there.uid(row));
        }
      }
      return unknown;
    }

    /** A repaired message has lost its flags; one with others was flagged by the user. */
    private static boolean isUntouched(Set<String> flags, Details written) {
      return flags.stream()
          .allMatch(
              flag ->
                  Keywords.has(written.flags(), flag)
                      || Keywords.has(Untouched.SET_BY_SERVERS, flag)
                      || flag.equalsIgnoreCase("\\Deleted")
                      || flag.equalsIgnoreCase("\\Recent"));
    }

    /** A copy that the user moved away and back has another UID, and is not one too many. */
    private void spareThoseThatMoved(Map<Fingerprint, List<Long>> surplus) {
      ledger.forEach(
          (uid, place) -> {
            Details details = ledger.details(uid);
            List<Long> same = details == null ? null : surplus.get(details.fingerprint());
            if (same != null
                && !same.isEmpty()
                && place.standing() != Standing.ELSEWHERE
                && (place.destinationUid() == 0 || there.row(place.destinationUid()) < 0)) {
              same.remove(0);
            }
          });
    }
  }
}
