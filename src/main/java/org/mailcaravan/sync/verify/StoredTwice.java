package org.mailcaravan.sync.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderJournal.Doubt;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.Digests;
import org.mailcaravan.sync.messages.Keywords;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.messages.StoredForms;
import org.mailcaravan.sync.messages.Untouched;

/** What is in one folder once too often. For one thread, on the connection that has it open. */
final class StoredTwice {
  private static final Set<String> DELETED = Set.of("\\Deleted");

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
  StoredTwice(
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
            boolean isThere = place.destinationUid() > 0 && there.row(place.destinationUid()) >= 0;
            Details details = isThere || isEmpty() ? null : known.details(uid);
            if (details != null) {
              spare(details.fingerprint());
            }
          });
    }
  }
}
