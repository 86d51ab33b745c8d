package org.mailcaravan.sync.follow;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.copy.FolderLook;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.SourceKind;
import org.mailcaravan.sync.messages.KnownMatch;
import org.mailcaravan.sync.messages.NumbersByUid;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * What has left one source folder and is in another: the new UIDs by the old ones. Messages are
 * known by EMAILID (RFC 8474), or else by their content. For one use, by one thread.
 */
final class MovedMessages {
  private final MailboxSession session;
  private final Map<FolderLedger, Map<FolderLook, NumbersByUid>> all = new LinkedHashMap<>();
  private final Map<FolderLedger, UidSet> from = new HashMap<>();
  private final Map<FolderLook, UidSet> into = new HashMap<>();
  private final Map<FolderLook, UidSet> arrived = new HashMap<>();

  MovedMessages(MailboxSession session) {
    this.session = session;
  }

  /** A message that has left a folder. */
  private record Left(FolderLedger folder, long uid) {}

  /**
   * Looks for it.
   *
   * @param left source UIDs of what has left, by the ledger that knows them
   * @param looks at all folders of the plan, in its order
   */
  void find(Map<FolderLedger, UidSet> left, List<FolderLook> looks) {
    looks.forEach(look -> arrived.put(look, look.arrived()));
    findByEmailId(left, looks);
    findByContent(left, looks);
  }

  private UidSet arrived(FolderLook look) {
    return Objects.requireNonNull(arrived.get(look));
  }

  /** Does something with the messages of one folder that are in one other. */
  interface Consumer {
    /**
     * Takes them.
     *
     * @param newUids by the old ones
     */
    void accept(FolderLedger from, FolderLook to, NumbersByUid newUids);
  }

  void forEach(Consumer consumer) {
    all.forEach(
        (left, targets) -> targets.forEach((to, newUids) -> consumer.accept(left, to, newUids)));
  }

  private void put(FolderLedger left, long uid, FolderLook to, long newUid) {
    all.computeIfAbsent(left, folder -> new LinkedHashMap<>())
        .computeIfAbsent(to, look -> new NumbersByUid())
        .put(uid, newUid);
    from.computeIfAbsent(left, folder -> new UidSet()).add(uid);
    into.computeIfAbsent(to, look -> new UidSet()).add(newUid);
  }

  private boolean hasLeft(FolderLedger folder, long uid) {
    UidSet uids = from.get(folder);
    return uids != null && uids.contains(uid);
  }

  private boolean hasArrived(FolderLook look, long uid) {
    UidSet uids = into.get(look);
    return uids != null && uids.contains(uid);
  }

  private void findByEmailId(Map<FolderLedger, UidSet> left, List<FolderLook> looks) {
    Map<String, Left> byId = new HashMap<>();
    left.forEach(
        (folder, uids) ->
            folder.forEachEmailId(
                uids,
                (uid, id) -> {
                  Place place = folder.place(uid);
                  if (place != null && place.standing() != Standing.OTHER_LABEL) {
                    byId.putIfAbsent(id, new Left(folder, uid));
                  }
                }));
    if (byId.isEmpty()) {
      return;
    }
    for (FolderLook look : looks) {
      Map<Long, String> ids = otherLabels(look, byId.keySet());
      look.emailIds()
          .forEach(
              (uid, id) -> {
                if (byId.containsKey(id) && arrived(look).contains(uid)) {
                  ids.put(uid, id);
                }
              });
      ids.forEach(
          (uid, id) -> {
            Left found = byId.remove(id);
            if (found != null) {
              put(found.folder(), found.uid(), look, uid);
            }
          });
    }
  }

  /** Messages of the folder that were copied from another label, which they have lost. */
  private Map<Long, String> otherLabels(FolderLook look, Set<String> emailIds) {
    FolderLedger recorded = look.ledger();
    Map<Long, String> labels = new TreeMap<>();
    if (recorded != null && KnownFolders.of(session).source().kind() == SourceKind.GMAIL) {
      UidSet elsewhere = new UidSet();
      recorded.forEach(
          (uid, place) -> {
            if (!place.gone()
                && !look.vanished().contains(uid)
                && place.standing() == Standing.OTHER_LABEL) {
              elsewhere.add(uid);
            }
          });
      recorded.forEachEmailId(
          elsewhere,
          (uid, id) -> {
            if (emailIds.contains(id)) {
              labels.put(uid, id);
            }
          });
    }
    return labels;
  }

  private void findByContent(Map<FolderLedger, UidSet> left, List<FolderLook> looks) {
    if (looks.stream().allMatch(look -> arrived(look).isEmpty())) {
      // What was deleted may be millions, and is in no other folder then.
      return;
    }
    // The key is the number of the folder and the UID.
    List<FolderLedger> folders = List.copyOf(left.keySet());
    KnownMatch match =
        new KnownMatch(
            KnownMatch.How.SAME_MESSAGE,
            key -> folders.get((int) (key >>> Integer.SIZE)).fingerprint(uid(key)));
    match.expect(left.values().stream().mapToLong(UidSet::count).sum());
    for (int number = 0; number < folders.size(); number++) {
      FolderLedger folder = folders.get(number);
      long first = (long) number << Integer.SIZE;
      Objects.requireNonNull(left.get(folder))
          .forEach(
              uid -> {
                Place place = folder.place(uid);
                Fingerprint fingerprint = folder.fingerprint(uid);
                if (fingerprint != null
                    && place != null
                    && place.standing() != Standing.OTHER_LABEL
                    && !hasLeft(folder, uid)) {
                  match.add(first | uid, fingerprint);
                }
              });
    }
    for (FolderLook look : looks) {
      UidSet fresh = new UidSet();
      arrived(look)
          .forEach(
              uid -> {
                if (!hasArrived(look, uid)) {
                  fresh.add(uid);
                }
              });
      if (!match.isEmpty() && !fresh.isEmpty()) {
        session.in(
            Side.SOURCE,
            look.place(),
            look.source(),
            connection -> {
              match.find(
                  connection,
                  fresh,
                  (uid, key, fingerprint) ->
                      put(folders.get((int) (key >>> Integer.SIZE)), uid(key), look, uid));
              return all;
            });
      }
    }
  }

  private static long uid(long key) {
    return key & NumbersByUid.MOST;
  }
}
