package org.mailcaravan.sync.copy;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Side;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.store.OpenMessage;
import org.mailcaravan.store.RepairedCopy;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.Digests;
import org.mailcaravan.sync.messages.HeaderPrint;
import org.mailcaravan.sync.messages.HeaderTable;
import org.mailcaravan.sync.messages.MessageSizes;
import org.mailcaravan.sync.session.MailboxSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds messages that no pass could copy and that a person has brought to their folder at the new
 * server since: the file of a refused message was imported, or an unreadable one, or one that was
 * cut, was moved in the webmail. They are known by their Message-ID, since a refused message may
 * have been repaired before it was imported. Only messages that no ledger knows are looked at, and
 * each is used once. Of two messages with one Message-ID neither is taken, nor is a copy of another
 * message that the user has moved here.
 */
final class BroughtByHand {
  private static final Logger LOG = LoggerFactory.getLogger(BroughtByHand.class);

  /** How many messages of a folder that could not be copied are looked for in a pass. */
  private static final int MOST = 1_000;

  /** A last line end counts or not. */
  private static final int LINE_END = 2;

  /** How many messages at the destination are looked at, the newest ones. */
  private static final int MOST_LOOKED_AT = 20_000;

  private final MailboxSession session;
  private final FolderLook look;
  private final SelectedFolder destination;
  private final FolderLedger ledger;
  private final Ledger all;
  private final SetAside setAside;
  private final BothFolders folders;

  /**
   * @param ledger of the folder
   * @param all of all folders
   */
  BroughtByHand(
      MailboxSession session,
      FolderLook look,
      SelectedFolder destination,
      FolderLedger ledger,
      Ledger all,
      SetAside setAside) {
    this.session = session;
    this.look = look;
    this.destination = destination;
    this.ledger = ledger;
    this.all = all;
    this.setAside = setAside;
    this.folders = new BothFolders(session, look.place(), look.source(), destination);
  }

  /** Records what is found; a source that does not tell what it is asked costs nothing else. */
  void find() {
    NavigableSet<Long> refused = new TreeSet<>();
    NavigableSet<Long> unreadable = new TreeSet<>();
    ledger
        .openMessages()
        .forEach(
            (uid, message) -> {
              if (look.fresh().contains(uid)
                  && message.why() != OpenMessage.Why.NOT_STORED
                  && refused.size() + unreadable.size() < MOST) {
                (message.setAside() ? refused : unreadable).add(uid);
              }
            });
    NavigableMap<Long, ShortMessage> cut = AnnouncedSizes.of(session, ledger).cut(ledger);
    while (cut.size() > MOST) {
      cut.pollFirstEntry();
    }
    if (refused.isEmpty() && unreadable.isEmpty() && cut.isEmpty()) {
      return;
    }
    UidSet ours =
        KnownFolders.of(session)
            .copiesIn(destination.name().text(), destination.status().uidValidity());
    if (destination.status().messages() <= 0) {
      return;
    }
    UidSet unknown = folders.in(Side.DESTINATION, connection -> unknown(connection, ours));
    if (unknown.isEmpty()) {
      return;
    }
    try {
      record(refused, unknown, true, new TreeMap<>());
      // Its header alone may be too much for the source.
      record(unreadable, unknown, false, new TreeMap<>());
      record(cut.keySet(), unknown, false, cut);
    } catch (MigrationException e) {
      LOG.info(
          "{}: messages that were brought by hand could not be looked for: {}",
          look.place(),
          e.problem());
    }
  }

  private static UidSet unknown(ImapConnection connection, UidSet ours) {
    NavigableSet<Long> uids = new TreeSet<>();
    connection.read(
        "1:*",
        EnumSet.of(FetchItem.FLAGS),
        ContentStore.NONE,
        message -> {
          if (!ours.contains(message.uid()) && MessageSizes.isUid(message.uid())) {
            uids.add(message.uid());
            if (uids.size() > MOST_LOOKED_AT) {
              uids.pollFirst();
            }
          }
        });
    return UidSet.of(uids);
  }

  private void record(
      Collection<Long> wanted, UidSet unknown, boolean refused, Map<Long, ShortMessage> cut) {
    if (wanted.isEmpty()) {
      return;
    }
    Map<Long, Long> byName = new HashMap<>();
    folders
        .in(Side.SOURCE, connection -> Digests.headers(connection, wanted))
        .forEach(
            (uid, header) -> {
              if (header.hasMessageId()) {
                // 0 is no UID: there are two of that name.
                byName.merge(header.longName(), uid, (one, other) -> 0L);
              }
            });
    byName.values().removeIf(uid -> uid == 0);
    if (byName.isEmpty()) {
      return;
    }
    HeaderTable there =
        folders.in(
            Side.DESTINATION,
            connection ->
                HeaderTable.read(
                    connection,
                    unknown,
                    header -> header.hasMessageId() && byName.containsKey(header.longName())));
    Map<Integer, Long> byShortName = new HashMap<>();
    byName.forEach(
        (name, uid) -> byShortName.merge(HeaderPrint.shortName(name), uid, (one, other) -> 0L));
    NavigableMap<Long, Long> copies = new TreeMap<>();
    for (int row = 0; row < there.count(); row++) {
      copies.putIfAbsent(byShortName.getOrDefault(there.name(row), 0L), there.uid(row));
    }
    copies.remove(0L);
    if (!copies.isEmpty()) {
      record(copies, refused, cut);
    }
  }

  private void record(
      NavigableMap<Long, Long> copies, boolean refused, Map<Long, ShortMessage> cut) {
    Map<Long, Fingerprint> there = folders.messages(Side.DESTINATION, copies.values());
    Map<Long, Fingerprint> here =
        refused ? folders.messages(Side.SOURCE, copies.keySet()) : Map.of();
    there.values().removeAll(ofOthers(there.values()));
    RecordFound found = new RecordFound(look, folders, destination, () -> ledger);
    Set<Long> recorded = new TreeSet<>();
    Map<Long, Long> sizes =
        folders.in(Side.DESTINATION, connection -> sizes(connection, copies.values()));
    copies.forEach(
        (uid, copyUid) -> {
          Fingerprint copy = there.get(copyUid);
          Fingerprint original = here.get(uid);
          if (copy == null || (refused && original == null)) {
            return;
          }
          ShortMessage was = cut.get(uid);
          if (was != null && !isMore(was, copy, sizes.getOrDefault(copyUid, 0L))) {
            return;
          }
          if (original != null && !isSame(original, copy)) {
            ledger.recordRepair(
                original,
                new RepairedCopy(
                    copy,
                    sizes.getOrDefault(copyUid, 0L),
                    false,
                    "the new server refused it, and it was imported by hand with other content"));
          } else if (refused) {
            setAside.forget(look.plan(), uid);
          }
          found.found(uid, copyUid, original == null ? copy : original);
          recorded.add(uid);
        });
    found.end();
    if (!recorded.isEmpty()) {
      Map<Long, ShortMessage> brought = new TreeMap<>(cut);
      brought.keySet().retainAll(recorded);
      ledger.shorts().remove(brought);
      session.tally().note(note(recorded, refused));
    }
  }

  /**
   * Those that are copies of recorded messages. Drafts and the mail of lists have one Message-ID
   * several times.
   */
  private Set<Fingerprint> ofOthers(Collection<Fingerprint> copies) {
    Set<Fingerprint> ofOthers = new HashSet<>();
    // Read again: other lanes write theirs meanwhile.
    for (FolderLedger known : all.folders(session.accountPair())) {
      known.forEach(
          (uid, place) -> {
            Fingerprint recorded = known.fingerprint(uid);
            if (recorded != null) {
              copies.stream()
                  .filter(copy -> recorded.matches(copy) || copy.hasContentOf(recorded))
                  .forEach(ofOthers::add);
            }
          });
    }
    return ofOthers;
  }

  /** Whether a copy is what was announced, and not once more what came. */
  private static boolean isMore(ShortMessage was, Fingerprint copy, long octets) {
    return !was.given().equals(copy.whole())
        && (was.isStandIn() || octets >= was.announced() - LINE_END);
  }

  private static boolean isSame(Fingerprint original, Fingerprint copy) {
    return original.equals(copy) || copy.hasContentOf(original);
  }

  private static Map<Long, Long> sizes(ImapConnection connection, Collection<Long> uids) {
    Map<Long, Long> sizes = new HashMap<>();
    for (String set : UidSet.of(uids).commands()) {
      connection.read(
          set,
          EnumSet.of(FetchItem.SIZE),
          ContentStore.NONE,
          message -> sizes.put(message.uid(), message.announcedSize()));
    }
    return sizes;
  }

  private String note(Set<Long> recorded, boolean refused) {
    return "Messages of "
        + look.place()
        + (refused
            ? " that the new server had refused were imported by hand: "
            : " that the old provider does not give, or not whole, were brought by hand: ")
        + recorded.size()
        + " (such as UID "
        + recorded.stream().limit(3).map(String::valueOf).collect(Collectors.joining(", "))
        + ").";
  }
}
