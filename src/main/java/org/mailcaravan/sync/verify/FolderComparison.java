package org.mailcaravan.sync.verify;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderJournal.Doubt;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger.Stamp;
import org.mailcaravan.store.OpenMessage;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.RepairedCopy;
import org.mailcaravan.store.Resemblance;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.store.Standing;
import org.mailcaravan.store.VerifiedFolders.Verified;
import org.mailcaravan.sync.copy.AnnouncedSizes;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.Listing;
import org.mailcaravan.sync.folders.StatusTrust;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.Digests;
import org.mailcaravan.sync.messages.FolderPieces;
import org.mailcaravan.sync.messages.MessageDate;
import org.mailcaravan.sync.messages.MessageDigests;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.messages.Resembling;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Compares a source folder with what the ledger says of it and with its copies at the destination.
 * Changes nothing on either side. For one use, by one thread.
 */
final class FolderComparison {

  /** So many copies that servers may have stored otherwise are read at most, and so many octets. */
  private static final int MOST_DELICATE = 1_000;

  private static final long MOST_DELICATE_OCTETS = 64L << 20;

  private static final MessageTable NOTHING = new MessageTable();

  private final MailboxSession session;
  private final FolderPlan plan;
  private final @Nullable FolderLedger ledger;
  private final FolderAccounting accounting;
  private final boolean deep;
  private final ComparedBefore alike;
  private final Map<Long, Difference> altered;
  private final FlagComparison flags;
  private final FolderTables tables;
  private final MessageTable missing = new MessageTable();
  private final BitSet settled = new BitSet();
  private final Map<Long, String> missingOctets = new HashMap<>();
  private final Map<Long, Fingerprint> missingRead = new HashMap<>();
  private final Map<String, UidSet> found = new HashMap<>();
  private final UidSet notStored = new UidSet();
  private @Nullable UidSet unseen;
  private final @Nullable Verified before;
  private @Nullable DoubledCopies doubled;
  private @Nullable SecondCopies second;
  private @Nullable Map<String, RepairedCopy> repaired;
  private final UidSet delicate = new UidSet();
  private final UidSet read = new UidSet();
  private final Path spool;
  private long delicateRead;
  private long delicateOctets;
  private long messages;
  private long octets;
  private long known;
  private long ours;
  private long left;

  /** Both sides of the piece that is being compared. */
  private MessageTable here = NOTHING;

  private MessageTable there = NOTHING;
  private @Nullable SelectedFolder source;
  private @Nullable SelectedFolder destination;

  /** Whether the UIDs at the destination are those that the ledger knows. */
  private boolean numberedAnew;

  private boolean sameUids;
  private boolean hidden;

  /**
   * @param ledger null when no pass has looked at the folder
   * @param firstUnseen source messages from this UID on were not there when a pass last looked; 0
   *     when that is unknown
   * @param deep whether to compare contents always, rather than where sizes differ
   * @param alike source messages whose copies were read before and are the same; added to
   * @param altered how copies are known to differ, by source UID; where contents are not compared,
   *     they are taken to differ still
   * @param fresh the messages that this pass has copied; null when it has copied none
   * @param before what the last comparison showed, or null when there was none
   * @param tables may have read the folders already
   * @param spool for what does not fit into memory
   */
  FolderComparison(
      MailboxSession session,
      FolderPlan plan,
      @Nullable FolderLedger ledger,
      long firstUnseen,
      boolean deep,
      ComparedBefore alike,
      Map<Long, Difference> altered,
      @Nullable UidSet fresh,
      @Nullable Verified before,
      FolderTables tables,
      Path spool) {
    this.session = session;
    this.plan = plan;
    this.ledger = ledger;
    this.deep = deep;
    this.alike = alike;
    this.altered = deep ? Map.of() : altered;
    this.tables = tables;
    this.spool = spool;
    this.before = before;
    String wrong = before == null ? null : before.wrongFlags();
    this.flags =
        new FlagComparison(
            fresh,
            wrong == null || wrong.isEmpty() ? new UidSet() : UidSet.parse(wrong),
            before == null ? FolderCertificate.Flags.NONE : before.account().flags(),
            session.mailbox().pass() == Pass.SECOND,
            flag -> session.tally().isDropped(plan.place(), flag),
            uid -> ledger == null ? null : ledger.details(uid));
    this.accounting = new FolderAccounting(plan, ledger, firstUnseen, deep, spool);
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

  ComparedBefore alike() {
    return alike;
  }

  /** Source UIDs of copies that were read though size and date are the same, and are right. */
  UidSet read() {
    return read;
  }

  /** Source UIDs of messages whose copies have a wrong system flag. */
  UidSet wrongFlags() {
    return flags.wrong();
  }

  /** What was counted. */
  FolderAccounting accounting() {
    return accounting;
  }

  /** How many messages the source shows. */
  long messages() {
    return messages;
  }

  /** How many messages of either side it will have to look at, as far as that is known before. */
  long expected() {
    FolderStatus listed = plan.mapping().source().status();
    return Math.max(
        ledger == null ? 0 : ledger.count(), listed == null ? 0 : Math.max(0, listed.messages()));
  }

  /** Their octets, as the source announces them. */
  long octets() {
    return octets;
  }

  /** How many recorded messages have left the source folder since a pass looked at it. */
  long left() {
    return left;
  }

  /** Whether the new server does not show all, so that what is missing may be there. */
  boolean isHidden() {
    return hidden;
  }

  /** Whether the source has other numbers than at the last pass, which says nothing of its mail. */
  boolean isNumberedAnew() {
    return numberedAnew;
  }

  private Where place() {
    return plan.place();
  }

  /** Compares. What is neither in its place nor accounted for otherwise is {@link #missing}. */
  void compare() {
    FolderTables.Opened read = read(Side.SOURCE, sourceName());
    SelectedFolder opened = read.folder();
    source = opened;
    FolderLedger recorded = ledger;
    boolean sameNumbers =
        recorded != null && opened.status().uidValidity() == recorded.pair().sourceUidValidity();
    if (recorded != null && sameNumbers) {
      compare(recorded, read);
    } else if (recorded != null) {
      // What is recorded under other numbers may be any of them: none has come since for certain.
      forEachPiece(read, piece -> accounting.unaccountedUnseen(here.count()));
    } else {
      forEachPiece(
          read,
          piece -> {
            for (int row = 0; row < here.count(); row++) {
              accounting.unaccounted(here.uid(row));
            }
          });
    }
    if (recorded != null && !sameNumbers) {
      numberedAnew = true;
      accounting.obstacle(
          "the old provider has given all messages new numbers (UIDVALIDITY) since they were recorded");
      return;
    }
    long announced = StatusTrust.announced(session, plan, opened, messages);
    if (messages < announced) {
      accounting.obstacle(
          "the old provider announces " + announced + " messages but shows only " + messages);
    }
  }

  /** Reads the source piece by piece; what was read already is one. */
  private void forEachPiece(FolderTables.Opened read, Consumer<UidSet.Range> work) {
    MessageTable whole = read.messages();
    List<UidSet.Range> pieces =
        whole != null
            ? List.of(FolderPieces.WHOLE)
            : in(Side.SOURCE, connection -> FolderPieces.of(connection, read.folder().status()));
    for (UidSet.Range piece : pieces) {
      here =
          whole != null
              ? whole
              : MessageTable.of(session, Side.SOURCE, place(), read.folder(), piece);
      messages += here.count();
      for (int row = 0; row < here.count(); row++) {
        octets += Math.max(0, here.size(row));
      }
      work.accept(piece);
    }
    here = NOTHING;
    there = NOTHING;
  }

  FolderName sourceName() {
    return plan.name();
  }

  /** As it was listed; null when it is not there, or not known. */
  @Nullable FolderName destinationName() {
    return ledger == null
        ? null
        : KnownFolders.of(session)
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
    if (FolderPieces.isLarge(opened.status())) {
      return new FolderTables.Opened(opened, null);
    }
    return new FolderTables.Opened(
        opened,
        opened.status().messages() == 0
            ? NOTHING
            : MessageTable.of(session, side, place(), opened, FolderPieces.WHOLE));
  }

  private void compare(FolderLedger recorded, FolderTables.Opened read) {
    Resemblance resemblance = recorded.resemblance();
    if (resemblance != null) {
      accounting.note(Resembling.words(Where.words("this folder"), resemblance));
    }
    FolderTables.Opened copies = openDestination(recorded);
    Map<Long, OpenMessage> open = recorded.open();
    delicate.addAll(recorded.delicate());
    SelectedFolder there = destination;
    if (there != null && sameUids) {
      doubled =
          new DoubledCopies(session, place(), recorded, there, firstOfCopies(recorded, there));
    }
    if (!recorded.journal().sentAgain().isEmpty()) {
      second = new SecondCopies(session, recorded);
    }
    forEachPiece(
        read,
        piece -> {
          this.there = copies == null ? NOTHING : copies(recorded, copies, piece);
          compare(recorded, piece, open);
        });
    left = recorded.present() - known;
    SelectedFolder opened = destination;
    MessageTable all = copies == null ? null : copies.messages();
    accounting.destination(
        all != null ? all.count() : opened == null ? 0 : opened.status().messages(), ours);
    DoubledCopies more = doubled;
    if (more != null && all != null) {
      more.look(all);
    } else if (more != null) {
      more.look();
    }
  }

  /**
   * The lowest UID of a copy that may be there twice, as far as that was not found out before; what
   * was there twice may be there once by now. What came between the passes was put there by others.
   */
  private long firstOfCopies(FolderLedger recorded, SelectedFolder there) {
    Verified last = before;
    if (last != null && last.account().surplus().copies() > 0) {
      return lowestOfCopies(recorded);
    }
    Stamp stamp = last == null ? null : last.destination();
    long first =
        Math.max(
            stamp == null ? lowestOfCopies(recorded) : stamp.uidNext(),
            KnownFolders.of(session)
                .firstSincePassBegan(there.name().text(), there.status().uidValidity()));
    // What is shown late may have the UID that it got when it was stored.
    Doubt doubt = recorded.journal().doubt();
    return doubt.isEmpty() ? first : Math.min(first, doubt.destinationUidNext());
  }

  private static long lowestOfCopies(FolderLedger recorded) {
    long[] first = {Long.MAX_VALUE};
    recorded.forEach(
        (uid, place) -> {
          if (place.standing() == Standing.COPIED && place.destinationUid() > 0) {
            first[0] = Math.min(first[0], place.destinationUid());
          }
        });
    return first[0];
  }

  /** Whether there is more to find out of the destination folder. */
  boolean isOpen() {
    DoubledCopies more = doubled;
    SecondCopies late = second;
    return hasMissing() || (more != null && more.isOpen()) || (late != null && late.isOpen());
  }

  /**
   * Finds out what the new server has more than once.
   *
   * @param all of all folders, in which missing copies were found
   */
  void findDoubled(List<FolderComparison> all) {
    findStoredTwice(all);
    SecondCopies late = second;
    DoubledCopies more = doubled;
    if (late != null && late.isOpen()) {
      late.find(more == null ? new UidSet() : more.found()).forEach(accounting::secondCopies);
      second = null;
    }
  }

  private void findStoredTwice(List<FolderComparison> all) {
    DoubledCopies more = doubled;
    if (more == null || !more.isOpen()) {
      return;
    }
    for (FolderComparison other : all) {
      other.found.forEach(
          (folder, uids) -> {
            if (Listing.isNamed(folder, more.folder())) {
              uids.forEach(more::found);
            }
          });
    }
    accounting.doubled(more.count());
  }

  /** The copies of a piece, as far as they are where the ledger says. */
  private MessageTable copies(
      FolderLedger recorded, FolderTables.Opened copies, UidSet.Range piece) {
    MessageTable whole = copies.messages();
    if (whole != null) {
      return whole;
    }
    List<Long> uids = new ArrayList<>();
    recorded.forEach(
        piece.first(),
        piece.last(),
        (uid, place) -> {
          if (place.destinationUid() > 0) {
            uids.add(place.destinationUid());
          }
        });
    MessageTable shown =
        in(Side.DESTINATION, connection -> MessageTable.of(connection, UidSet.of(uids).commands()));
    return shown.count() < uids.size() ? shownAgain(uids, shown) : shown;
  }

  /** A search may still find what a large folder does not show. */
  private MessageTable shownAgain(List<Long> uids, MessageTable shown) {
    List<Long> missing = uids.stream().filter(uid -> shown.row(uid) < 0).toList();
    List<Long> hidden =
        in(
            Side.DESTINATION,
            connection -> {
              try {
                return connection.existing(missing);
              } catch (CommandRefused e) {
                return List.of();
              }
            });
    if (hidden.isEmpty()) {
      return shown;
    }
    session.renew(Side.DESTINATION, place());
    MessageTable again =
        in(Side.DESTINATION, connection -> MessageTable.of(connection, UidSet.of(uids).commands()));
    if (hidden.stream().anyMatch(uid -> again.row(uid) < 0)) {
      throw notShown(uids.size(), again.count());
    }
    return again;
  }

  private void compare(FolderLedger recorded, UidSet.Range piece, Map<Long, OpenMessage> open) {
    ContentComparison contents = contents();
    for (int row = 0; row < here.count(); row++) {
      long uid = here.uid(row);
      Place place = recorded.place(uid);
      OpenMessage unsettled = open.get(uid);
      if (place != null) {
        known++;
        recorded(row, place, contents);
      } else if (unsettled != null) {
        accounting.open(uid, unsettled);
      } else {
        accounting.unaccounted(uid);
      }
    }
    if (contents != null) {
      contents.end();
    }
    if (sameUids) {
      recorded.forEach(
          piece.first(),
          piece.last(),
          (uid, place) ->
              ours += place.destinationUid() > 0 && there.row(place.destinationUid()) >= 0 ? 1 : 0);
    }
  }

  /** Null when it is not there. */
  private FolderTables.@Nullable Opened openDestination(FolderLedger recorded) {
    FolderName name = destinationName();
    if (name == null) {
      accounting.note("The folder is not at the new server any more.");
      return null;
    }
    FolderTables.Opened read = whole(recorded, read(Side.DESTINATION, name));
    SelectedFolder opened = read.folder();
    destination = opened;
    sameUids = isOf(recorded, opened);
    if (!sameUids) {
      accounting.note(
          "Its messages at the new server have new numbers (UIDVALIDITY), and were found by content.");
    }
    return read;
  }

  private static boolean isOf(FolderLedger recorded, SelectedFolder opened) {
    return opened.status().uidValidity() == recorded.pair().destinationUidValidity();
  }

  /**
   * What is not shown is not gone: where a copy is missing and more is announced than shown, the
   * new server is asked again on a new connection.
   *
   * @throws NeedsAttention when it still shows less
   */
  private FolderTables.Opened whole(FolderLedger recorded, FolderTables.Opened read) {
    MessageTable first = read.messages();
    if (first == null
        || !isAnyMissing(recorded, read.folder(), first)
        || first.count() >= announced(read.folder())) {
      return read;
    }
    session.renew(Side.DESTINATION, place());
    SelectedFolder opened = session.examine(Side.DESTINATION, place(), read.folder().name());
    MessageTable again =
        MessageTable.of(session, Side.DESTINATION, place(), opened, FolderPieces.WHOLE);
    long announced = announced(opened);
    if (again.count() < announced && isAnyMissing(recorded, opened, again)) {
      throw notShown(announced, again.count());
    }
    return new FolderTables.Opened(opened, again);
  }

  /** Of what nobody has seen there it is told that it was not stored. */
  private boolean isAnyMissing(FolderLedger recorded, SelectedFolder opened, MessageTable shown) {
    boolean[] any = {false};
    boolean same = isOf(recorded, opened);
    recorded.forEach(
        (uid, place) ->
            any[0] |=
                place.destinationUid() > 0
                    && (!same || shown.row(place.destinationUid()) < 0)
                    && !unseen().contains(uid));
    return any[0];
  }

  /** By all that the new server tells. */
  private long announced(SelectedFolder opened) {
    return session.on(
        Side.DESTINATION,
        place(),
        connection -> {
          long open = opened.status().messages();
          try {
            return Math.max(open, connection.status(opened.name()).messages());
          } catch (CommandRefused e) {
            return open;
          }
        });
  }

  private NeedsAttention notShown(long announced, long shown) {
    return new NeedsAttention(
        new Problem(
            ProblemCode.NOT_COMPARED,
            place(),
            "the new server announces %d messages of the folder and shows %d"
                .formatted(announced, shown),
            Owner.US,
            "See why the new server does not list all messages of this folder (its log, its index), and repair it; then run"
                + " the request again, which compares the folder."));
  }

  private void recorded(int row, Place place, @Nullable ContentComparison contents) {
    accounting.recorded(place.standing());
    if (place.standing() == Standing.ELSEWHERE) {
      return;
    }
    long uid = here.uid(row);
    int copy = sameUids && place.destinationUid() > 0 ? there.row(place.destinationUid()) : -1;
    if (copy >= 0 && !there.isTold(place.destinationUid()) && unseen().contains(uid)) {
      // A search finds it, and nobody has ever seen it.
      copy = -1;
    }
    SecondCopies late = second;
    if (late != null && place.standing() == Standing.COPIED) {
      late.recorded(uid, copy < 0 ? here.size(row) : there.size(copy));
    }
    if (copy < 0 || contents == null) {
      missing.add(uid, here.size(row), here.date(row));
      return;
    }
    DoubledCopies more = doubled;
    if (place.standing() == Standing.COPIED) {
      if (more != null) {
        more.inPlace(uid, place.destinationUid(), there.size(copy), there.date(copy));
      }
      if (there.isTold(place.destinationUid())) {
        flags.compare(uid, here.flags(uid), there.flags(place.destinationUid()));
      }
    }
    // What was there before us may have come with another date, and is the same message.
    boolean told = MessageDate.isTold(here.date(row)) && there.isTold(place.destinationUid());
    if (!MessageDate.isTold(here.date(row))
        && here.isTold(uid)
        && place.standing() == Standing.COPIED) {
      accounting.noDate();
    }
    boolean otherDate = told && here.date(row) != there.date(copy);
    boolean otherSize = here.size(row) != there.size(copy);
    RepairedCopy repaired = repaired(uid);
    boolean read = !deep && mustBeRead(uid, there.size(copy));
    if (!deep && alike.otherContent().contains(uid)) {
      accounting.altered(
          uid,
          altered.getOrDefault(uid, Difference.OF_CONTENT),
          ofMetadata(row),
          MessageDigests.ofMetadata(there.size(copy), there.date(copy)));
    } else if (!deep
        && repaired != null
        && repaired.octets() == there.size(copy)
        && !read
        && cut(fingerprint(uid)) == null) {
      accounting.repaired(uid, repaired.byServer(), repaired.repairs(), ofMetadata(row));
    } else if (otherDate && place.standing() == Standing.COPIED && repaired == null) {
      Instant was = Instant.ofEpochSecond(here.date(row));
      String now =
          there.date(copy) == MessageTable.NO_DATE
              ? "none"
              : Instant.ofEpochSecond(there.date(copy)).toString();
      accounting.altered(
          uid,
          Difference.ofDate(was.toString(), now),
          ofMetadata(row),
          MessageDigests.ofMetadata(there.size(copy), there.date(copy)));
    } else if (!deep && !otherSize && !read) {
      Difference difference = altered.get(uid);
      ShortMessage standIn = mayBeStandIn() ? cut(fingerprint(uid)) : null;
      if (standIn != null && standIn.isStandIn()) {
        accounting.cut(
            uid,
            standIn,
            ofMetadata(row),
            MessageDigests.ofMetadata(there.size(copy), there.date(copy)));
      } else if (difference == null) {
        accounting.inPlace(ofMetadata(row));
      } else {
        accounting.altered(uid, difference, ofMetadata(row), null);
      }
    } else {
      contents.add(uid, place.destinationUid(), place.standing() == Standing.COPIED);
    }
  }

  /** Whether a copy is of those that servers may have stored otherwise, to the same size. */
  private boolean mustBeRead(long uid, long octets) {
    if (!delicate.contains(uid)
        || delicateRead >= MOST_DELICATE
        || delicateOctets + octets > MOST_DELICATE_OCTETS) {
      return false;
    }
    delicateRead++;
    delicateOctets += octets;
    return true;
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
            deep,
            alike,
            new Known(),
            spool,
            accounting);
  }

  /** What is known of the messages that are compared by content. */
  private final class Known implements ContentComparison.Known {
    @Override
    public @Nullable Fingerprint fingerprint(long uid) {
      return FolderComparison.this.fingerprint(uid);
    }

    @Override
    public @Nullable RepairedCopy repaired(long uid) {
      return FolderComparison.this.repaired(uid);
    }

    @Override
    public @Nullable ShortMessage cut(Fingerprint came) {
      return FolderComparison.this.cut(came);
    }

    @Override
    public void changed(Fingerprint original, RepairedCopy copy) {
      if (ledger != null) {
        ledger.repairing(original, copy);
        repaired = null;
      }
    }

    @Override
    public void read(long uid) {
      if (delicate.contains(uid)) {
        read.add(uid);
      }
    }
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

  /** What is noted of a message that came short, or null. */
  private @Nullable ShortMessage cut(@Nullable Fingerprint came) {
    return ledger == null || came == null ? null : AnnouncedSizes.of(session, ledger).cut(came);
  }

  private boolean mayBeStandIn() {
    return ledger != null && AnnouncedSizes.of(session, ledger).hasStandIns();
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
    return settled.cardinality() < missing.count();
  }

  /** UIDs of the messages that were delivered and are not where they were put. */
  private UidSet missingUids() {
    UidSet uids = new UidSet();
    for (int row = settled.nextClearBit(0);
        row < missing.count();
        row = settled.nextClearBit(row + 1)) {
      uids.add(missing.uid(row));
    }
    return uids;
  }

  /**
   * Gives the messages that were delivered and are not where they were put, and by what they are
   * known.
   */
  void forEachMissing(BiConsumer<Long, Fingerprint> consumer) {
    FolderPieces.each(
        missingUids(),
        piece -> {
          List<Long> unread = new ArrayList<>();
          piece.forEach(
              uid -> {
                if (deep || fingerprint(uid) == null) {
                  unread.add(uid);
                }
              });
          if (deep) {
            in(Side.SOURCE, connection -> Digests.octets(connection, unread))
                .forEach(
                    (uid, octets) -> {
                      missingRead.put(uid, octets.fingerprint());
                      missingOctets.put(uid, octets.sha256());
                    });
          } else if (!unread.isEmpty()) {
            missingRead.putAll(in(Side.SOURCE, connection -> Digests.messages(connection, unread)));
          }
          piece.forEach(
              uid -> {
                Fingerprint known = missing(uid);
                if (known != null) {
                  consumer.accept(uid, known);
                }
              });
        });
  }

  /** By what a missing message is known; null when its server did not give it. */
  @Nullable Fingerprint missing(long uid) {
    return deep ? missingRead.get(uid) : missingRead.getOrDefault(uid, fingerprint(uid));
  }

  private byte[] ofMissing(int row) {
    String read = missingOctets.get(missing.uid(row));
    return read == null
        ? MessageDigests.ofMetadata(missing.size(row), missing.date(row))
        : MessageDigests.ofOctets(read);
  }

  /** Whether another tool had brought the copy. */
  boolean wasThereBefore(long uid) {
    Place place = ledger == null ? null : ledger.place(uid);
    return place != null && place.standing() == Standing.FOUND;
  }

  /** Octets of a missing message, as announced. */
  long size(long uid) {
    return missing.size(missing.row(uid));
  }

  /** The date of a missing message, in seconds. */
  long date(long uid) {
    return missing.date(missing.row(uid));
  }

  /** A message at the destination, and what its server tells of it. */
  record Copy(String folder, long uid, long size, long date) {}

  /** Whether a missing message was found as this copy. */
  boolean hasFound(String folder, long copy) {
    UidSet uids = found.get(folder);
    return uids != null && uids.contains(copy);
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
    int row = missing.row(uid);
    if (row < 0 || settled.get(row)) {
      return;
    }
    settled.set(row);
    found.computeIfAbsent(copy.folder(), name -> new UidSet()).add(copy.uid());
    ShortMessage came = cut(fingerprint(uid));
    if (came != null && !came.fits(missing.size(row))) {
      accounting.cut(
          uid, came, ofMissing(row), MessageDigests.ofMetadata(copy.size(), copy.date()));
      return;
    }
    SelectedFolder opened = destination;
    if (opened != null && opened.name().text().equals(copy.folder())) {
      accounting.inPlace(ofMissing(row));
    } else {
      accounting.movedByUser(ofMissing(row));
      if (unseen().contains(uid)) {
        accounting.filedElsewhere(copy.folder());
      }
    }
  }

  /** Source UIDs of copies that nobody has seen where they were put. */
  private UidSet unseen() {
    UidSet known = unseen;
    if (known == null) {
      known = ledger == null ? new UidSet() : ledger.unseen();
      unseen = known;
    }
    return known;
  }

  /**
   * What is still missing is gone, or was never stored.
   *
   * @param hiding a folder of the new server that does not show all that it holds, or null
   */
  void endSearch(@Nullable String hiding) {
    UidSet never = new UidSet();
    missingUids()
        .forEach(
            uid -> {
              if (unseen().contains(uid)) {
                never.add(uid);
              }
            });
    if (hiding != null && never.count() < missingUids().count()) {
      hidden = true;
      accounting.obstacle(
          "copies that are not where they were put may be in folder %s of the new server, which does not show all that it holds"
              .formatted(hiding));
    }
    never.forEach(accounting::notStored);
    notStored.addAll(never);
    for (int row = settled.nextClearBit(0);
        row < missing.count();
        row = settled.nextClearBit(row + 1)) {
      if (!never.contains(missing.uid(row))) {
        accounting.gone(missing.uid(row), ofMissing(row));
      }
      settled.set(row);
    }
  }

  /** Messages recorded as copied whose copies are nowhere, and that nobody has ever seen there. */
  UidSet notStored() {
    return notStored;
  }

  /** The account. */
  FolderCertificate account(Instant now) {
    return accounting.account(now, flags);
  }
}
