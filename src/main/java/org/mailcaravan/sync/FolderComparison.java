package org.mailcaravan.sync;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.FolderAccount;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger.Stamp;
import org.mailcaravan.store.OpenMessage;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.RepairedCopy;
import org.mailcaravan.store.Standing;

/**
 * Compares a source folder with what the ledger says of it and with its copies at the destination.
 * Changes nothing on either side. For one use, by one thread.
 */
final class FolderComparison {
  /** What is said of a copy whose date differs, which each comparison finds. */
  static final String OTHER_DATE = "its date (INTERNALDATE) is ";

  private static final MessageTable NOTHING = new MessageTable();

  private final MailboxSession session;
  private final FolderPlan plan;
  private final @Nullable FolderLedger ledger;
  private final FolderAccounting accounting;
  private final boolean deep;
  private final UidSet alike;
  private final Map<Long, String> altered;
  private final FolderTables tables;
  private final NavigableMap<Long, Integer> missing = new TreeMap<>();
  private final Map<Long, String> missingOctets = new HashMap<>();
  private final Set<Copy> found = new HashSet<>();
  private final Set<Long> notStored = new TreeSet<>();
  private @Nullable Map<String, RepairedCopy> repaired;
  private long left;
  private MessageTable here = NOTHING;
  private MessageTable there = NOTHING;
  private @Nullable SelectedFolder source;
  private @Nullable SelectedFolder destination;

  /**
   * @param ledger null when no pass has looked at the folder
   * @param firstUnseen source messages from this UID on were not there when a pass last looked; 0
   *     when that is unknown
   * @param deep whether to compare contents always, rather than where sizes differ
   * @param alike source UIDs whose copies are known to differ in size only; added to
   * @param altered how copies are known to differ, by source UID; where contents are not compared,
   *     they are taken to differ still
   * @param tables may have read the folders already
   */
  FolderComparison(
      MailboxSession session,
      FolderPlan plan,
      @Nullable FolderLedger ledger,
      long firstUnseen,
      boolean deep,
      UidSet alike,
      Map<Long, String> altered,
      FolderTables tables) {
    this.session = session;
    this.plan = plan;
    this.ledger = ledger;
    this.deep = deep;
    this.alike = alike;
    this.altered = deep ? Map.of() : altered;
    this.tables = tables;
    this.accounting = new FolderAccounting(plan, ledger, firstUnseen, deep);
  }

  FolderPlan plan() {
    return plan;
  }

  @Nullable FolderLedger ledger() {
    return ledger;
  }

  /** How the destination folder stood, or null when it was not there. */
  @Nullable Stamp destinationStamp() {
    return destination == null ? null : stamp(destination.status());
  }

  /** What shows that no message has come or gone; flags do not count. */
  static Stamp stamp(FolderStatus status) {
    return new Stamp(status.uidNext(), status.messages(), -1);
  }

  UidSet alike() {
    return alike;
  }

  /** What was counted. */
  FolderAccounting accounting() {
    return accounting;
  }

  /** How many messages the source shows. */
  long messages() {
    return here.count();
  }

  /** Their octets, as the source announces them. */
  long octets() {
    long octets = 0;
    for (int row = 0; row < here.count(); row++) {
      octets += Math.max(0, here.size(row));
    }
    return octets;
  }

  /** How many recorded messages have left the source folder since a pass looked at it. */
  long left() {
    return left;
  }

  private String place() {
    return FolderLook.place(plan);
  }

  /** Compares. What is neither in its place nor accounted for otherwise is {@link #missing}. */
  void compare() {
    FolderTables.Opened read = read(Side.SOURCE, sourceName());
    SelectedFolder opened = read.folder();
    source = opened;
    here = read.messages();
    if (here.count() < opened.status().messages()) {
      accounting.obstacle(
          "the old provider announces "
              + opened.status().messages()
              + " messages but shows only "
              + here.count());
    }
    FolderLedger recorded = ledger;
    if (recorded == null) {
      for (int row = 0; row < here.count(); row++) {
        accounting.unaccounted(here.uid(row));
      }
    } else if (opened.status().uidValidity() != recorded.pair().sourceUidValidity()) {
      accounting.obstacle(
          "the old provider has given all messages new numbers (UIDVALIDITY) since the last pass");
      for (int row = 0; row < here.count(); row++) {
        accounting.unaccounted(here.uid(row));
      }
    } else {
      compare(recorded);
    }
  }

  FolderName sourceName() {
    return plan.mapping().source().name();
  }

  /** As it was listed; null when it is not there, or not known. */
  @Nullable FolderName destinationName() {
    return ledger == null
        ? null
        : session
            .folders()
            .destination()
            .find(ledger.pair().destinationFolder())
            .map(ListedFolder::name)
            .orElse(null);
  }

  private FolderTables.Opened read(Side side, FolderName name) {
    FolderTables.Opened read = tables.take(side, name);
    if (read != null) {
      return read;
    }
    SelectedFolder opened = session.examine(side, place(), name);
    return new FolderTables.Opened(
        opened,
        opened.status().messages() == 0
            ? NOTHING
            : session.in(side, place(), opened, MessageTable::all));
  }

  private void compare(FolderLedger recorded) {
    boolean sameUids = openDestination(recorded);
    ContentComparison contents = contents();
    Map<Long, OpenMessage> open = recorded.open();
    long known = 0;
    for (int row = 0; row < here.count(); row++) {
      long uid = here.uid(row);
      Place place = recorded.place(uid);
      OpenMessage unsettled = open.get(uid);
      if (place != null) {
        known++;
        recorded(row, place, sameUids, contents);
      } else if (unsettled != null) {
        accounting.open(uid, unsettled);
      } else {
        accounting.unaccounted(uid);
      }
    }
    left = recorded.present() - known;
    if (contents != null) {
      contents.end();
    }
    long ours = 0;
    if (sameUids) {
      for (long uid : recorded.sourceUidsByDestination().keySet()) {
        ours += there.row(uid) >= 0 ? 1 : 0;
      }
    }
    accounting.destination(there.count(), ours);
  }

  /** Returns whether the UIDs there are those that the ledger knows. */
  private boolean openDestination(FolderLedger recorded) {
    FolderName name = destinationName();
    if (name == null) {
      accounting.note("The folder is not at the new home any more.");
      return false;
    }
    FolderTables.Opened read = read(Side.DESTINATION, name);
    SelectedFolder opened = read.folder();
    destination = opened;
    there = read.messages();
    if (opened.status().uidValidity() != recorded.pair().destinationUidValidity()) {
      accounting.note(
          "Its messages at the new home have new numbers (UIDVALIDITY), and were found by content.");
      return false;
    }
    return true;
  }

  private void recorded(
      int row, Place place, boolean sameUids, @Nullable ContentComparison contents) {
    accounting.recorded(place.standing());
    if (place.standing() == Standing.ELSEWHERE) {
      return;
    }
    long uid = here.uid(row);
    int copy = sameUids && place.destinationUid() > 0 ? there.row(place.destinationUid()) : -1;
    if (copy < 0 || contents == null) {
      missing.put(uid, row);
      return;
    }
    // What was there before us may have come with another date, and is the same message.
    boolean told = MessageDate.isTold(here.date(row));
    if (!told && place.standing() == Standing.COPIED) {
      accounting.noDate();
    }
    boolean otherDate = told && here.date(row) != there.date(copy);
    boolean otherSize = here.size(row) != there.size(copy);
    RepairedCopy repaired = repaired(uid);
    if (!deep && repaired != null && repaired.octets() == there.size(copy)) {
      accounting.repaired(uid, repaired.repairs(), ofMetadata(row));
    } else if (otherDate && place.standing() == Standing.COPIED && repaired == null) {
      Instant was = Instant.ofEpochSecond(here.date(row));
      String now =
          there.date(copy) == MessageTable.NO_DATE
              ? "none"
              : Instant.ofEpochSecond(there.date(copy)).toString();
      accounting.altered(
          uid,
          OTHER_DATE + was + " at the source and " + now + " at the new home",
          ofMetadata(row),
          MessageDigests.ofMetadata(there.size(copy), there.date(copy)));
    } else if (!deep && !otherSize) {
      String difference = altered.get(uid);
      if (difference == null) {
        accounting.inPlace(ofMetadata(row));
      } else {
        accounting.altered(uid, difference, ofMetadata(row), null);
      }
    } else {
      contents.add(uid, place.destinationUid());
    }
  }

  private byte[] ofMetadata(int row) {
    return MessageDigests.ofMetadata(here.size(row), here.date(row));
  }

  /** Null when there is no folder to compare with. */
  private @Nullable ContentComparison contents() {
    SelectedFolder original = source;
    SelectedFolder copy = destination;
    return original == null || copy == null
        ? null
        : new ContentComparison(
            new BothFolders(session, place(), original, copy),
            here,
            there,
            deep ? null : alike,
            this::fingerprint,
            this::repaired,
            accounting);
  }

  private <T> T in(Side side, Function<ImapConnection, T> work) {
    SelectedFolder folder = side == Side.SOURCE ? source : destination;
    if (folder == null) {
      throw new IllegalStateException(plan + " was not opened");
    }
    return session.in(side, place(), folder, work);
  }

  private @Nullable Fingerprint fingerprint(long uid) {
    Details details = ledger == null ? null : ledger.details(uid);
    return details == null ? null : details.fingerprint();
  }

  private @Nullable RepairedCopy repaired(long uid) {
    Map<String, RepairedCopy> known = repaired;
    if (known == null) {
      known = ledger == null ? Map.of() : ledger.repaired();
      repaired = known;
    }
    Fingerprint original = known.isEmpty() ? null : fingerprint(uid);
    return original == null ? null : known.get(original.whole());
  }

  boolean hasMissing() {
    return !missing.isEmpty();
  }

  /** The messages that were delivered and are not where they were put: by what they are known. */
  Map<Long, Fingerprint> missing() {
    Map<Long, Fingerprint> known = new TreeMap<>();
    if (deep) {
      in(Side.SOURCE, connection -> Digests.octets(connection, missing.keySet()))
          .forEach(
              (uid, octets) -> {
                known.put(uid, octets.fingerprint());
                missingOctets.put(uid, octets.sha256());
              });
      return known;
    }
    List<Long> unread = new ArrayList<>();
    for (long uid : missing.keySet()) {
      Fingerprint fingerprint = fingerprint(uid);
      if (fingerprint == null) {
        unread.add(uid);
      } else {
        known.put(uid, fingerprint);
      }
    }
    if (!unread.isEmpty()) {
      known.putAll(in(Side.SOURCE, connection -> Digests.messages(connection, unread)));
    }
    return known;
  }

  private byte[] ofMissing(long uid, int row) {
    String octets = missingOctets.get(uid);
    return octets == null ? ofMetadata(row) : MessageDigests.ofOctets(octets);
  }

  long size(long uid) {
    return here.size(here.row(uid));
  }

  long date(long uid) {
    return here.date(here.row(uid));
  }

  /** A message at the destination, and what its server tells of it. */
  record Copy(String folder, long uid, long size, long date) {}

  /** The copies that missing messages were found as. */
  Set<Copy> found() {
    return found;
  }

  /** A copy of ours was found in the destination folder, where the ledger did not know of it. */
  void foundHere(String folder) {
    SelectedFolder opened = destination;
    if (opened != null && opened.name().text().equals(folder)) {
      accounting.oneMoreOfOurs();
    }
  }

  /** A missing message was found. */
  void found(long uid, Copy copy) {
    Integer row = missing.remove(uid);
    if (row == null) {
      return;
    }
    found.add(copy);
    SelectedFolder opened = destination;
    if (opened != null && opened.name().text().equals(copy.folder())) {
      accounting.inPlace(ofMissing(uid, row));
    } else {
      accounting.movedByUser(ofMissing(uid, row));
    }
  }

  /** What is still missing is gone, or was never stored. */
  void endSearch() {
    Set<Long> never = ledger == null ? Set.of() : ledger.unseen(missing.keySet());
    missing.keySet().removeAll(never);
    never.forEach(accounting::notStored);
    notStored.addAll(never);
    missing.forEach((uid, row) -> accounting.gone(uid, ofMissing(uid, row)));
    missing.clear();
  }

  /** Messages recorded as copied whose copies are nowhere, and that nobody has ever seen there. */
  Set<Long> notStored() {
    return notStored;
  }

  /** The account; the tables are freed. */
  FolderAccount account(Instant now) {
    here = NOTHING;
    there = NOTHING;
    return accounting.account(now);
  }
}
