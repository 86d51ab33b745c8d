package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.copy.OtherCopies.Other;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.Listing;
import org.mailcaravan.sync.folders.OtherFolders;
import org.mailcaravan.sync.messages.FolderPieces;
import org.mailcaravan.sync.messages.KnownMatch;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.messages.StoredForms;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Looks in the other folders of the destination for messages that it says it has stored, and that
 * are not where they were put: a filter at APPEND (Sieve, RFC 6785) or against spam files them
 * elsewhere. Each message there stands for one only, and for none when it is another copy of ours.
 * For one thread.
 */
final class FiledElsewhere {
  private final FolderCopy copy;
  private final MailboxSession session;
  private final KnownFolders folders;
  private final NavigableMap<Long, Fingerprint> wanted = new TreeMap<>();
  private final Set<Long> sizes = new HashSet<>();
  private final Set<Long> dates = new HashSet<>();

  /** What copies that were found stand for, though they might stand for one of ours. */
  private final Set<Other> spared = new HashSet<>();

  FiledElsewhere(FolderCopy copy) {
    this.copy = copy;
    this.session = copy.session();
    this.folders = KnownFolders.of(session);
  }

  /**
   * Adds a message to look for.
   *
   * @param date in seconds, as it was written
   */
  void add(long uid, Fingerprint fingerprint, long size, long date) {
    wanted.put(uid, fingerprint);
    sizes.addAll(StoredForms.of(copy.ledger()).sizes(fingerprint, size));
    dates.add(date);
  }

  /**
   * Looks in what has come to other folders since the pass began.
   *
   * @return the source UIDs of what is there
   */
  NavigableSet<Long> findNew() {
    return find(true);
  }

  /**
   * Looks in all of the other folders, for what has come since something was sent that was not
   * found: what was sent in an earlier pass may be anywhere.
   */
  NavigableSet<Long> findAnywhere() {
    return find(false);
  }

  private NavigableSet<Long> find(boolean sincePassBegan) {
    NavigableSet<Long> found = new TreeSet<>();
    if (wanted.isEmpty()) {
      return found;
    }
    for (ListedFolder folder : now()) {
      boolean other = !Listing.isNamed(folder, copy.destination().name().text());
      if (other && folder.selectable() && found.size() < wanted.size()) {
        search(folder, sincePassBegan, found);
      }
    }
    return found;
  }

  /** None where the server refuses to list: the messages stay open then. */
  private List<ListedFolder> now() {
    try {
      return session.on(
          Side.DESTINATION,
          copy.place(),
          connection -> connection.list(session.manners(Side.DESTINATION).canTellStatuses()));
    } catch (NeedsAttention e) {
      if (!(e.getCause() instanceof CommandRefused)) {
        throw e;
      }
      return List.of();
    }
  }

  private void search(ListedFolder folder, boolean sincePassBegan, Set<Long> found) {
    FolderStatus status = folder.status();
    long first = status == null ? 1 : first(folder.name().text(), status, sincePassBegan);
    if (status != null
        && (first == Long.MAX_VALUE
            || status.messages() == 0
            || (status.uidNext() > 0 && status.uidNext() <= first))) {
      return;
    }
    OtherFolders.of(session)
        .look(session, folder.name(), () -> searchFrom(first, folder, sincePassBegan, found));
  }

  private long first(String name, FolderStatus status, boolean sincePassBegan) {
    return sincePassBegan
        ? folders.firstSincePassBegan(name, status.uidValidity())
        : folders.firstSinceNotFound(copy.ledger(), name, status.uidValidity());
  }

  private void searchFrom(
      long first, ListedFolder folder, boolean sincePassBegan, Set<Long> found) {
    String name = folder.name().text();
    Where place = Where.folder(name);
    SelectedFolder opened = session.examine(Side.DESTINATION, place, folder.name());
    if (opened.status().messages() == 0) {
      return;
    }
    UidSet candidates =
        session.in(
            Side.DESTINATION,
            place,
            opened,
            connection -> candidates(connection, opened, first, sincePassBegan));
    candidates.removeAll(folders.copiesIn(name, opened.status().uidValidity()));
    candidates.removeAll(FiledCopies.of(session).in(name));
    if (candidates.isEmpty()) {
      return;
    }
    NavigableMap<Long, Long> there = match(place, opened, candidates, found, List.of());
    // What came while the pass runs is no copy that the user has moved.
    boolean mayBeOthers = !there.isEmpty() && !(sincePassBegan && first > 1);
    List<Other> others = mayBeOthers ? others(there.keySet(), !sincePassBegan) : List.of();
    if (!others.isEmpty()) {
      there = match(place, opened, candidates, found, others);
    }
    boolean free = true;
    for (Map.Entry<Long, Long> one : there.entrySet()) {
      if (FiledCopies.of(session).add(name, one.getValue(), copy.ledger(), one.getKey())) {
        found.add(one.getKey());
      } else {
        free = false;
      }
    }
    if (!free) {
      // Another lane was faster, and there may be one for each.
      searchFrom(first, folder, sincePassBegan, found);
    }
    if (!there.isEmpty()) {
      // A filter may have made it.
      folders.atDestination(folder.name());
    }
  }

  private UidSet candidates(
      ImapConnection connection, SelectedFolder opened, long first, boolean sincePassBegan) {
    UidSet candidates = new UidSet();
    if (first > 1) {
      connection.read(
          first + ":*",
          MessageTable.ITEMS,
          ContentStore.NONE,
          message -> {
            if (message.uid() >= first && (sincePassBegan || isPossible(message))) {
              candidates.add(message.uid());
            }
          });
    } else {
      FolderPieces.fetch(
          connection,
          opened.status(),
          MessageTable.ITEMS,
          message -> {
            if (isPossible(message)) {
              candidates.add(message.uid());
            }
          });
    }
    return candidates;
  }

  private boolean isPossible(FetchedMessage message) {
    return sizes.contains(message.announcedSize()) || dates.contains(MessageTable.date(message));
  }

  /**
   * Destination UIDs by source UID.
   *
   * @param others take theirs first
   */
  private NavigableMap<Long, Long> match(
      Where place, SelectedFolder opened, UidSet candidates, Set<Long> found, List<Other> others) {
    List<Long> uids = new ArrayList<>();
    List<Fingerprint> stored = new ArrayList<>();
    StoredForms forms = StoredForms.of(copy.ledger());
    Map<Integer, Other> takers = new HashMap<>();
    for (Other other : others) {
      for (Fingerprint form : forms.of(other.fingerprint())) {
        takers.put(stored.size(), other);
        uids.add(0L);
        stored.add(form);
      }
    }
    wanted.forEach(
        (uid, original) -> {
          if (!found.contains(uid)) {
            for (Fingerprint form : forms.of(original)) {
              uids.add(uid);
              stored.add(form);
            }
          }
        });
    KnownMatch match =
        new KnownMatch(KnownMatch.How.SAME_WHOLE_CONTENT, number -> stored.get((int) number));
    for (int number = 0; number < stored.size(); number++) {
      match.add(number, stored.get(number));
    }
    NavigableMap<Long, Long> there = new TreeMap<>();
    session.in(
        Side.DESTINATION,
        place,
        opened,
        connection -> {
          match.find(
              connection,
              candidates,
              (copyUid, key, fingerprint) -> {
                Other other = takers.get((int) key);
                if (other == null) {
                  there.putIfAbsent(uids.get((int) key), copyUid);
                } else {
                  spared.add(other);
                }
              });
          return there;
        });
    return there;
  }

  /** Those of the same content as what was found, which may be theirs. */
  private List<Other> others(Collection<Long> found, boolean moved) {
    Set<Fingerprint> same = new HashSet<>();
    found.forEach(uid -> same.add(Objects.requireNonNull(wanted.get(uid))));
    List<Other> others = OtherCopies.of(session, same, moved);
    others.removeIf(spared::contains);
    return others;
  }
}
